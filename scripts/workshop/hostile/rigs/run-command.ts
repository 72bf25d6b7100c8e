/** Runs one of our commands as a process, and lists what its output must never contain. */
import { spawn } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildInto, ROOT } from '../../pack/build.ts';

/** `bytes`: how much it printed. */
type Ran = { readonly code: number | string; readonly out: string; readonly err: string; readonly bytes: number };
export type Running = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Closes the pipe after this many bytes. */
  readonly reads?: number;
};

/** Anything longer is a hang: on an idle machine the slowest takes seconds. */
const LONGEST_MS = 120_000;
/** Kept of each stream. */
const KEPT = 4 * 1024 * 1024;
/** Memory limit, in megabytes. */
const HEAP = '--max-old-space-size=768';

/** Compiled, as users have it: it starts in a fraction of the time. */
export const buildProgram = async (folder: string): Promise<string> => {
  await buildInto(join(folder, 'dist'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'dist/scripts/mooring.js');
};

/** Without the variables of npm and the caller's shell. */
const PLAIN: NodeJS.ProcessEnv = { HOME: process.env.HOME, PATH: process.env.PATH };

export const runCommand = ({ program, args, env = PLAIN, reads }: Running): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [HEAP, program, ...args], {
      cwd: ROOT,
      env,
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
    let bytes = 0;
    const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const take = (name: keyof typeof kept, data: Buffer): void => {
      bytes += data.length;
      if (bytes <= KEPT) kept[name].push(data);
      if (reads !== undefined && bytes >= reads) child[name].destroy();
    };
    child.stdout.on('data', (data: Buffer) => take('stdout', data));
    child.stderr.on('data', (data: Buffer) => take('stderr', data));
    if (reads === 0) child.stdout.destroy();
    // Some end before they are given any input.
    child.stdin.on('error', () => undefined).end();
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const [out, err] = [kept.stdout, kept.stderr].map((all) => Buffer.concat(all).toString());
      resolve({ code: code ?? String(signal), out: out!, err: err!, bytes });
    });
  });

const STACK = /^ {4,}at .+:\d+:\d+\)?$|node:internal|FATAL ERROR|\bUnhandled/m;
const RAW = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/u;
const MAX_BYTES = 1024 * 1024;

/** `codes`: the exit codes that --help documents. */
export const wrongsOf = ({ code, out, err, bytes }: Ran, codes: readonly number[] = [0, 1, 2]): readonly string[] => {
  const text = `${out}\n${err}`;
  const around = (found: RegExpExecArray): string =>
    JSON.stringify(text.slice(Math.max(0, found.index - 200), found.index + 200));
  const stack = STACK.exec(text);
  const raw = RAW.exec(text);
  return [
    ...(codes.includes(code as number) ? [] : [`ended with ${code}: ${err.slice(-300)}`]),
    ...(stack === null ? [] : [`breaks off: ${around(stack)}`]),
    ...(raw === null ? [] : [`raw characters: ${around(raw)}`]),
    ...(bytes <= MAX_BYTES ? [] : [`printed ${bytes} bytes`]),
  ];
};
