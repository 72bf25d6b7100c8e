import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from '../cli/command.ts';

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** For tests: runs a command as its user would, from the project's folder. */
export const startMooring = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const { REDIS_URL: _, ...inherited } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', 'scripts/mooring.ts', ...args], {
    cwd: ROOT,
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

export const runMooring = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
  const child = startMooring(args, env);
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, out, err };
};

/** The same in this process, for tables. */
export const runCommand = async (
  command: Command,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await command.run(args, {
    print: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    interactive: false,
    color: false,
    env,
    signal: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
};
