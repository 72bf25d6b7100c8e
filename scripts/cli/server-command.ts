/** The command line of an MCP server, which `dev` and `simulate` take after `--`. */
import { type ServerCommand, splitAtDashes } from '../../shared/split-at-dashes.ts';
import { Misuse } from './misuse.ts';

export type Split = { readonly own: string[]; readonly server?: ServerCommand };

export const splitOffServer = (args: readonly string[]): Split => {
  const { own, command } = splitAtDashes(args);
  if (command === undefined) return { own };
  const [program, ...rest] = command;
  if (program === undefined) throw new Misuse('the command of your server is missing after --');
  return { own, server: [program, ...rest] };
};

/**
 * npm removes one `--`, so a server's command may arrive as our own arguments. It looks like one if it begins with two
 * words, or with a word and an option that is not ours.
 */
export const missingDashes = (
  [first = '-', second = '-', ...rest]: readonly string[],
  { unknownOption }: { readonly unknownOption: boolean },
): string =>
  first.startsWith('-') || (second.startsWith('-') && !unknownOption) || second === '--' || rest.includes('--')
    ? ''
    : '\nPut another -- before the command of your own server: npm run dev -- -- python server.py --port {port}';

type Given = { readonly command: ServerCommand | undefined; readonly path: string | undefined };

/** `--path` is the endpoint path of that server. */
export const commandAndPath = ({ command, path }: Given): { command?: ServerCommand; path?: string } => {
  if (path !== undefined && command === undefined)
    throw new Misuse(`--path ${path} is the endpoint of your own server: write its command after --`);
  if (path !== undefined && !/^\/[^\s?#]*$/.test(path))
    throw new Misuse(`--path ${path}: must begin with /, as in --path /mcp`);
  return { ...(command && { command }), ...(path !== undefined && { path }) };
};
