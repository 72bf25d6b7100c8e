import { setTimeout as wait } from 'node:timers/promises';
import { failureOf } from './failure.ts';
import { headersOf } from './messages.ts';
import type { Answer, Wire } from './wire.ts';

export type StreamOptions = {
  readonly wire: Wire;
  readonly session: string;
  readonly signal: AbortSignal;
  readonly onOpen: (open: boolean) => void;
  readonly onRefused: (cause: string, status: number | undefined) => void;
  readonly onGone: (answer: Answer) => void;
  /** `asked` is the server's last `retry`. */
  readonly pauseMs: (asked: number | undefined) => number;
};

/** Keeps the session's stream open, reopens it when it ends, and stops when the session is gone. */
export const holdStream = async (options: StreamOptions): Promise<void> => {
  const { signal, pauseMs } = options;
  while (!signal.aborted) {
    const outcome = await holdOnce(options);
    if (outcome === 'gone' || signal.aborted) return;
    await wait(pauseMs(outcome.retryMs), undefined, { signal }).catch(() => undefined);
  }
};

type Outcome = 'gone' | { readonly retryMs: number | undefined };

const holdOnce = async ({ wire, session, signal, onOpen, onRefused, onGone }: StreamOptions): Promise<Outcome> => {
  let text = '';
  let open = false;
  try {
    const answer = await wire.open({ method: 'GET', headers: headersOf(session), signal });
    const status = answer.statusCode ?? 0;
    open = status === 200;
    if (open) onOpen(true);
    // Only the end is read: it may contain `retry`.
    for await (const chunk of answer) text = `${text}${chunk}`.slice(-2000);
    if (status === 404) {
      onGone({ status, headers: answer.headers, text });
      return 'gone';
    }
    if (!open) onRefused(`HTTP ${status}`, status);
  } catch (error) {
    if (!signal.aborted && !open) onRefused(failureOf(error), undefined);
  } finally {
    if (open) onOpen(false);
  }
  const retry = /^retry: (\d+)$/m.exec(text)?.[1];
  return { retryMs: retry === undefined ? undefined : Number(retry) };
};
