/** `npm run dev` as a process, and its output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export const MOORING = fileURLToPath(new URL('../mooring.ts', import.meta.url));

export type Event = { readonly event: string } & Readonly<Record<string, unknown>>;
export type Running = {
  readonly child: ChildProcess;
  readonly events: Event[];
  readonly errors: () => string;
  readonly next: (wanted: (event: Event) => boolean) => Promise<Event>;
  readonly command: (...args: string[]) => Promise<{ code: number | null; out: string; errors: string }>;
};

export const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

export const run = (folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', MOORING, 'dev', ...args], {
    env: { ...process.env, XDG_RUNTIME_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

export const textOf = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
};

export const start = (t: TestContext, folder: string, args: readonly string[], env?: NodeJS.ProcessEnv): Running =>
  follow(t, folder, run(folder, args, env));

export const follow = (t: TestContext, folder: string, child: ChildProcess): Running => {
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr!.on('data', (chunk) => {
    errors += chunk;
  });
  const events: Event[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    events.push(JSON.parse(line) as Event);
    for (const look of waiting) look();
  });
  const next = (wanted: (event: Event) => boolean): Promise<Event> => {
    const from = events.length === 0 ? 0 : events.length - 1;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = events.slice(from).find(wanted);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      child.once('exit', () => reject(new Error(`it ended: ${errors}`)));
      look();
    });
  };
  const command: Running['command'] = async (...words) => {
    const other = run(folder, words);
    const [out, said, [code]] = await Promise.all([textOf(other.stdout!), textOf(other.stderr!), once(other, 'close')]);
    return { code: code as number | null, out, errors: said };
  };
  return { child, events, errors: () => errors, next, command };
};

export const isReady = ({ event }: Event): boolean => event === 'ready';
