import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Starting } from './kept-process.ts';

type Awaiting = Starting & {
  readonly url: string;
  /** Called with the last printed line when it changes, and now and then anyway. */
  readonly onWaiting: (line: string | undefined) => void;
};

const POLL_MS = 100;
const ONE_TRY_MS = 5000;
/** A fast start is not reported at all. */
const TELL_EACH_MS = 1000;
const TELL_AGAIN_MS = 10_000;

/** Waits for any HTTP answer. No time limit: a first start may download for minutes. Rejects when aborted. */
export const awaitAnswer = async ({ url, signal, lastLine, onWaiting }: Awaiting): Promise<void> => {
  let last = { at: performance.now(), line: lastLine() };
  while (!(await answers(url, signal))) {
    await wait(POLL_MS, undefined, { signal });
    const since = performance.now() - last.at;
    const line = lastLine();
    if (since < (line === last.line ? TELL_AGAIN_MS : TELL_EACH_MS)) continue;
    last = { at: performance.now(), line };
    onWaiting(line);
  }
};

/** Not the MCP endpoint, where a GET would open a stream. */
const answers = (url: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = get(new URL('/healthz', url), { agent: false, signal, timeout: ONE_TRY_MS });
    asked.once('response', (answer) => {
      answer.destroy();
      resolve(true);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.once('close', () => resolve(false));
  });
