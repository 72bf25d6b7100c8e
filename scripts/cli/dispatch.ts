import { inspect } from 'node:util';
import { endWithCaller, endWithReader } from '../../shared/end-with-caller.ts';
import type { Command } from './command.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Each command is loaded only when it is called. */
export type Commands = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;

type Program = {
  /** How to call it, and one sentence about it. */
  readonly title: string;
  readonly commands: Commands;
  /** Further rows of the list. */
  readonly others?: readonly (readonly [name: string, summary: string])[];
  readonly version: () => string;
};

export const dispatch = async ([name = '--help', ...args]: readonly string[], program: Program): Promise<void> => {
  const terminal = openTerminal();
  endWithCaller(process.env);
  endWithReader();
  // As Node prints it, but without control characters that others put into the message.
  process.on('uncaughtException', (error) => {
    terminal.complain(inspect(error));
    process.exit(1);
  });
  const load = program.commands[name];
  if (load !== undefined) {
    const { command } = await load();
    // Exit even if the command left a handle open.
    process.exit(await command.run(args, terminal));
  }
  if (name === '--help' || name === '-h') return list(program, terminal.print);
  if (name === '--version') return terminal.print(`mooring ${program.version()}, on Node ${process.versions.node}`);
  terminal.complain(`there is no command ${JSON.stringify(name)}\n`);
  await list(program, terminal.complain);
  process.exitCode = 2;
};

/** Prints row by row: each summary is in its command, and loading all of them takes a moment. */
const list = async ({ title, commands, others = [] }: Program, print: Terminal['print']): Promise<void> => {
  print(`${title}\n`);
  for (const [name, load] of Object.entries(commands)) print(row(name, (await load()).command.summary));
  for (const [name, summary] of others) print(row(name, summary));
  print('\nCOMMAND --help shows its options.');
};

const row = (name: string, summary: string): string => `  ${name.padEnd(18)}${summary}`;
