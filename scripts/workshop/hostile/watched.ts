/** A process seen from outside: whether it is alive, what it complained about, and what it holds. */
import { readdirSync } from 'node:fs';

export type Process = {
  readonly name: string;
  readonly pid: number;
  /** How it ended, if it has. */
  ended(): string | undefined;
  /** Its output so far. */
  printed(): string;
};

export type Watched = Process & {
  /** Open file descriptors; undefined if the system does not say. */
  files(): number | undefined;
  /** Heap in use after garbage collection, in bytes; undefined unless it is one of our Node processes. */
  heap(): Promise<number | undefined>;
};

/** On this signal the process collects garbage and reports its heap. */
const TELL = 'SIGUSR2';
const TELL_HEAP = `
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
process.on('${TELL}', () => { gc(); gc(); process.stderr.write('heap in use: ' + process.memoryUsage().heapUsed + '.\\n'); });
`;
/** NODE_OPTIONS for watched processes. */
export const HEAP_OPTION = `--import=data:text/javascript,${encodeURIComponent(TELL_HEAP)}`;
const PATIENCE = 30_000;

export const watch = (process_: Process, node: boolean): Watched => ({
  ...process_,
  files: () => {
    try {
      return readdirSync(`/proc/${process_.pid}/fd`).length;
    } catch {
      return undefined;
    }
  },
  heap: async () => {
    if (!node || process_.ended() !== undefined) return undefined;
    const before = process_.printed().length;
    process.kill(process_.pid, TELL);
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; ) {
      const told = /heap in use: (\d+)\./.exec(process_.printed().slice(before));
      if (told) return Number(told[1]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${process_.name} does not say what it holds`);
  },
});

const UNCAUGHT =
  /uncaught|unhandled|MaxListenersExceeded|FATAL ERROR|^panic:|(?:Type|Range|Reference|Syntax|Assertion)Error\b/im;

/** What its output must never contain. */
export const complaintOf = (printed: string): string | undefined => {
  const at = printed.search(UNCAUGHT);
  return at < 0 ? undefined : printed.slice(Math.max(0, at - 200), at + 800);
};
