import { type ParseArgsConfig, parseArgs } from 'node:util';
import { optionProblem } from '../../shared/option-problem.ts';
import type { ServerCommand } from '../../shared/split-at-dashes.ts';
import { Misuse } from './misuse.ts';
import { missingDashes, type Split, splitOffServer } from './server-command.ts';
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
  /** Whether the command of somebody's server may stand behind `--`. */
  readonly takesCommand?: boolean;
  run(call: Parsed<O> & { readonly terminal: Terminal; readonly server: ServerCommand | undefined }): Promise<ExitCode>;
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
  takesCommand = false,
  run,
}: Definition<O>): Command => ({
  summary,
  run: async (args, terminal) => {
    try {
      const { own, server }: Split = takesCommand ? splitOffServer(args) : { own: [...args] };
      const call = parseArgs({
        args: own,
        options: { ...options, ...COMMON },
        allowPositionals: true,
        strict: true,
      }) as Parsed<O>;
      if ((call.values as { help: boolean }).help) {
        terminal.print(usage);
        return 0;
      }
      const taken = takenByNpm(Object.keys(options), terminal.env);
      if (taken !== undefined)
        throw new Misuse(`npm took --${taken} for itself: write -- before our options, as in npm run dev -- --nodes 5`);
      if (!positionals && call.positionals.length > 0)
        throw new Misuse(`this command takes no ${JSON.stringify(call.positionals[0])}`);
      return await run({ ...call, terminal, server });
    } catch (error) {
      const problem =
        error instanceof Misuse ? error.message : optionProblem(error, Object.keys({ ...options, ...COMMON }));
      if (problem === undefined) throw error;
      // Last, where it is read: a usage is longer than a screen.
      terminal.complain(
        `${usage}\n\n${problem}${takesCommand ? missingDashes(args, { unknownOption: !(error instanceof Misuse) }) : ''}`,
      );
      return 2;
    }
  },
});

/** Without `--` npm keeps an option, and gives us its value alone, or nothing. Its prefix it always has. */
const takenByNpm = (options: readonly string[], env: Terminal['env']): string | undefined =>
  options.find((name) => name !== 'prefix' && env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined);
