/** One of our programs as a process; ready when it has printed something. */
import { startOwnedProcess } from '../../../cluster/owned-process.ts';
import { type Watched, watch } from '../watched.ts';

export type Program = {
  readonly ready: readonly (string | undefined)[];
  readonly watched: Watched;
  printed(): string;
  /** Throws unless it ends on its own, with code 0. */
  stop(): Promise<void>;
};

export type ProgramOptions = {
  readonly name: string;
  /** From the root of the repository: the program, then its arguments. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly ready: RegExp;
};

const ROOT = new URL('../../../../', import.meta.url).pathname;
const START_MS = 120_000;
const STOP_MS = 60_000;
const LOOK_MS = 1_000;

export const startProgram = async ({ name, args: [file, ...args], env, ready }: ProgramOptions): Promise<Program> => {
  let printed = '';
  let over: string | undefined;
  let wake = (): void => undefined;
  const running = await startOwnedProcess({
    ...{ command: process.execPath, args: ['--import', 'tsx/esm', `${ROOT}${file}`, ...args], env },
    onLine: (line) => {
      printed += `${line}\n`;
      wake();
    },
  });
  const ended = running.ended.then((how) => {
    over = how;
    wake();
  });
  for (const deadline = Date.now() + START_MS; !ready.test(printed) && over === undefined; ) {
    if (Date.now() > deadline) throw new Error(`${name} does not get so far\n${printed.slice(-2_000)}`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  const found = ready.exec(printed);
  if (found === null) throw new Error(`${name} has ended ${over}\n${printed}`);
  return {
    ready: [...found],
    watched: watch({ name, pid: running.pid, ended: () => over, printed: () => printed }, true),
    printed: () => printed,
    stop: async () => {
      running.signal('SIGTERM');
      const timer = setTimeout(() => running.signal('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
      if (over !== 'with code 0') throw new Error(`${name} ended ${over}\n${printed.slice(-2_000)}`);
    },
  };
};
