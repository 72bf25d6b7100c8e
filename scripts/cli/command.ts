import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Misuse } from './misuse.ts';
import type { Terminal } from './terminal.ts';

export type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O & typeof COMMON; allowPositionals: true; strict: true }>
>;

/** What options are read to, with --json. */
export type ValuesOf<O extends Options> = Omit<Parsed<O>['values'], 'help'>;

/** 0: fine. 1: something is wrong, and was told. 2: the command was called wrongly. */
export type ExitCode = 0 | 1 | 2;

export type Command = {
  readonly summary: string;
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
};

type Definition<O extends Options> = {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What --help prints: usage, options, examples, exit codes. */
  readonly usage: string;
  /** Beside --help and --json, which every command has. */
  readonly options: O;
  /** Whether it takes words besides options. */
  readonly positionals?: boolean;
  run(call: Parsed<O> & { readonly terminal: Terminal }): Promise<ExitCode>;
};

const COMMON = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
} as const satisfies Options;

/** What all commands do alike: --help, wrong options, errors for people, exit codes. */
export const defineCommand = <const O extends Options>({
  summary,
  usage,
  options,
  positionals = false,
  run,
}: Definition<O>): Command => ({
  summary,
  run: async (args, terminal) => {
    try {
      const call = parseArgs({
        args: [...args],
        options: { ...options, ...COMMON },
        allowPositionals: true,
        strict: true,
      }) as Parsed<O>;
      if ((call.values as { help: boolean }).help) {
        terminal.print(usage);
        return 0;
      }
      if (!positionals && call.positionals.length > 0)
        throw new Misuse(`this command takes no ${JSON.stringify(call.positionals[0])}`);
      return await run({ ...call, terminal });
    } catch (error) {
      if (!isMisuse(error)) throw error;
      terminal.complain(`${error.message}\n\n${usage}`);
      return 2;
    }
  },
});

const isMisuse = (error: unknown): error is Error =>
  error instanceof Misuse ||
  (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
