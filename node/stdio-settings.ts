import type { ServerCommand } from '../shared/split-at-dashes.ts';

export type StdioSettings = {
  readonly command: ServerCommand;
  /** The program's complete environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly startMs: number;
};

type Env = Readonly<Record<string, string | undefined>>;

type Given = {
  readonly asked: boolean;
  readonly command: readonly string[] | undefined;
  readonly env: readonly string[];
  /** Our environment; the program gets only the named variables. */
  readonly around: Env;
};

export const readStdio = ({ asked, command, env, around }: Given): Omit<StdioSettings, 'startMs'> | undefined => {
  const [program, ...args] = command ?? [];
  if (!asked && command === undefined && env.length === 0) return undefined;
  if (!asked) throw new Error('a program after -- and --env need --stdio');
  if (program === undefined || program === '')
    throw new Error('--stdio needs a program: write -- and its command at the end');
  return {
    command: [program, ...args],
    env: { ...pick(around), ...Object.fromEntries(env.map((one) => pair(one, around))) },
  };
};

/** Where programs are found, and where they store downloads. */
const pick = ({ PATH, HOME }: Env): Record<string, string> => ({
  ...(PATH !== undefined && { PATH }),
  ...(HOME !== undefined && { HOME }),
});

const pair = (text: string, around: Env): readonly [string, string] => {
  const [, name, given] = /^([A-Za-z_][A-Za-z0-9_]*)(?:=([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`--env ${text.split('=', 1)[0]}: it is NAME or NAME=VALUE`);
  const value = given ?? around[name];
  if (value === undefined) throw new Error(`--env ${name}: there is no ${name} in the environment of this node`);
  return [name, value];
};
