import { type ParseArgsConfig, parseArgs } from 'node:util';
import { optionProblem } from '../../shared/option-problem.ts';
import type { ServerCommand } from '../../shared/split-at-dashes.ts';
import { Misuse } from './misuse.ts';
import { Refusal } from './refusal.ts';
import { missingDashes, type Split, splitOffServer } from './server-command.ts';
import type { Terminal } from './terminal.ts';

export type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O & typeof COMMON; allowPositionals: true; strict: true }>
>;

/** The parsed values of the options, --json included. */
export type ValuesOf<O extends Options> = Omit<Parsed<O>['values'], 'help'>;

/** 0: fine. 1: a problem was found and reported. 2: wrong usage. */
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
  /** In addition to --help and --json, which every command has. */
  readonly options: O;
  /** Whether it takes positional arguments. */
  readonly positionals?: boolean;
  /** Whether it takes the command line of a server after `--`. */
  readonly takesCommand?: boolean;
  run(call: Parsed<O> & { readonly terminal: Terminal; readonly server: ServerCommand | undefined }): Promise<ExitCode>;
};

const COMMON = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
} as const satisfies Options;

/** What all commands share: --help, wrong options, readable errors, exit codes. */
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
    let json = false;
    try {
      const { own, server }: Split = takesCommand ? splitOffServer(args) : { own: [...args] };
      const call = parseArgs({
        args: own,
        options: { ...options, ...COMMON },
        allowPositionals: true,
        strict: true,
      }) as Parsed<O>;
      const values = call.values as { readonly help: boolean; readonly json: boolean };
      if (values.help) {
        terminal.print(usage);
        return 0;
      }
      json = values.json;
      const taken = takenByNpm(Object.keys(options), terminal.env);
      if (taken !== undefined)
        throw new Misuse(`npm took --${taken} for itself: write -- before our options, as in npm run dev -- --nodes 5`);
      if (!positionals && call.positionals.length > 0)
        throw new Misuse(`unexpected argument ${JSON.stringify(call.positionals[0])}`);
      return await run({ ...call, terminal, server });
    } catch (error) {
      if (error instanceof Refusal) return refuse(error, json, terminal);
      const problem =
        error instanceof Misuse ? error.message : optionProblem(error, Object.keys({ ...options, ...COMMON }));
      if (problem === undefined) throw error;
      // The problem comes last, where it is seen: the usage is longer than a screen.
      terminal.complain(
        `${usage}\n\n${problem}${takesCommand ? missingDashes(args, { unknownOption: !(error instanceof Misuse) }) : ''}`,
      );
      return 2;
    }
  },
});

const refuse = ({ message }: Refusal, json: boolean, terminal: Terminal): ExitCode => {
  if (json) terminal.print(JSON.stringify({ event: 'refused', message }));
  else terminal.complain(message);
  return 1;
};

/** Without `--`, npm takes an option for itself and passes on its value or nothing. `prefix` is always set by npm. */
const takenByNpm = (options: readonly string[], env: Terminal['env']): string | undefined =>
  options.find((name) => name !== 'prefix' && env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined);
