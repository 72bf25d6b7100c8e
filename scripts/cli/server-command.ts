/** The command of somebody's MCP server, as `dev` and `simulate` take it behind `--`. */
import { type ServerCommand, splitAtDashes } from '../../shared/split-at-dashes.ts';
import { Misuse } from './misuse.ts';

export type Split = { readonly own: string[]; readonly server?: ServerCommand };

export const splitOffServer = (args: readonly string[]): Split => {
  const { own, command } = splitAtDashes(args);
  if (command === undefined) return { own };
  const [program, ...rest] = command;
  if (program === undefined) throw new Misuse('the command of your server is missing behind --');
  return { own, server: [program, ...rest] };
};

/**
 * npm takes one `--` away: what was meant as a command may have come to us as words of ours. It looks like one when two
 * words begin it, or an option that is none of ours follows the first.
 */
export const missingDashes = (
  [first = '-', second = '-', ...rest]: readonly string[],
  { unknownOption }: { readonly unknownOption: boolean },
): string =>
  first.startsWith('-') || (second.startsWith('-') && !unknownOption) || second === '--' || rest.includes('--')
    ? ''
    : '\nThe command of a server of yours stands behind a -- of its own: npm run dev -- -- python server.py --port {port}';

type Given = { readonly command: ServerCommand | undefined; readonly path: string | undefined };

/** `--path` is where the endpoint of that command is. */
export const commandAndPath = ({ command, path }: Given): { command?: ServerCommand; path?: string } => {
  if (path !== undefined && command === undefined)
    throw new Misuse(`--path ${path} is where the endpoint of your own server is: write its command behind --`);
  if (path !== undefined && !/^\/[^\s?#]*$/.test(path))
    throw new Misuse(`--path ${path}: it begins with /, as in --path /mcp`);
  return { ...(command && { command }), ...(path !== undefined && { path }) };
};
