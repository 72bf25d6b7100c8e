import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export type Child = { readonly pid: number; stop(): Promise<void>; output(): string; ended(): boolean };

/** Its output is kept, to be shown if it does not start. */
export const start = ([program, ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Child => {
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  running.add(child);
  child.on('exit', () => running.delete(child));
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    async stop() {
      if (ended()) return;
      const exit = once(child, 'exit');
      // SIGTERM first: nginx has children, which would outlive it and hold our pipes.
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS);
      await exit;
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
};

export const run = async ([program, ...args]: readonly string[]): Promise<string> => {
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  running.delete(child);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${output}`);
  return output;
};

const LEAVE_MS = 1500;
const ASK_EVERY_MS = 5;
const PATIENCE_MS = 15_000;

/** Resolves when the address answers 200; rejects with the program's output if it does not. */
export const answering = async (child: Child, url: string): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  while ((await statusOf(url)) !== 200) {
    if (child.ended() || performance.now() > until)
      throw new Error(`did not answer ${url}: ${reasonIn(child.output())}`);
    await wait(ASK_EVERY_MS);
  }
};

export const saying = async (child: Child, text: string): Promise<void> => {
  while (!child.output().includes(text)) {
    if (child.ended()) throw new Error(`ended before it said ${text}: ${reasonIn(child.output())}`);
    await wait(ASK_EVERY_MS);
  }
};

/** The most informative line of a program's last output. */
const reasonIn = (output: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
};

const statusOf = (url: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', () => resolve(undefined));
  });
