import { setTimeout as wait } from 'node:timers/promises';
import type { NodeState } from './deployment.ts';
import type { Seen } from './node-status.ts';
import { endedBy, type ProgressEvent, START, step, type Terms } from './progress.ts';

export type Waiting = {
  /** Undefined: there is no registry, only the deadline. */
  readonly look: (() => Promise<Seen>) | undefined;
  /** The node's state in the topology now: somebody else may have put it back. */
  readonly stateNow: () => Promise<NodeState | undefined>;
  /** Writes the drain mark if the node does not have it yet, and returns what the drain relies on. */
  readonly terms: (seen: Seen) => Promise<Terms>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly report: (event: ProgressEvent) => void;
};

/** `live`: how many sessions it had when it was last seen. */
export type WaitEnd =
  | { readonly kind: 'empty' }
  | { readonly kind: 'gone' | 'deadline' | 'signal'; readonly live: number | undefined }
  | { readonly kind: 'changed'; readonly state: NodeState | undefined };

const POLL_MS = 1000;

export const awaitEmpty = async ({ look, stateNow, terms, timeoutMs, signal, report }: Waiting): Promise<WaitEnd> => {
  const start = performance.now();
  let progress = START;
  for (;;) {
    const elapsed = performance.now() - start;
    if (signal.aborted) return { kind: 'signal', live: progress.live };
    const state = await stateNow();
    if (state !== 'draining') return { kind: 'changed', state };
    if (look !== undefined) {
      const seen = await look();
      const next = step(progress, { seen, elapsedMs: elapsed, terms: await terms(seen) });
      for (const event of next.events) report(event);
      progress = next.progress;
      if (next.over === 'empty') return { kind: 'empty' };
      if (next.over === 'gone') return { kind: 'gone', live: endedBy(progress) };
    }
    if (elapsed >= timeoutMs) return { kind: 'deadline', live: endedBy(progress) };
    const pause = Math.max(1, Math.min(POLL_MS, timeoutMs - elapsed));
    await wait(pause, undefined, { signal }).catch(() => undefined);
  }
};
