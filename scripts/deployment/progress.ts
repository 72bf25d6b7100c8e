/** From one look at the registry to the next: what is worth telling, and whether the node is empty. */
import type { Seen } from './live-sessions.ts';

export type Progress = {
  /** The last count that was told. */
  readonly live: number | undefined;
  readonly ids: ReadonlySet<string> | undefined;
  readonly away: string | undefined;
  /** Since when it has not been in the registry. */
  readonly unseenSince: number | undefined;
  readonly told: ReadonlySet<'unseen' | 'newcomers'>;
};

export type ProgressEvent =
  | { readonly event: 'sessions'; readonly live: number }
  | { readonly event: 'registry-away'; readonly why: string }
  | { readonly event: 'registry-back' }
  | { readonly event: 'unseen' }
  | { readonly event: 'newcomers'; readonly count: number };

export type Step = {
  readonly progress: Progress;
  readonly events: readonly ProgressEvent[];
  /** gone: it was there, and is no more. */
  readonly over: 'empty' | 'gone' | undefined;
};

export const START: Progress = {
  live: undefined,
  ids: undefined,
  away: undefined,
  unseenSince: undefined,
  told: new Set(),
};

/** Traefik gathers changes of its files for 2 s: until then a session may still begin there. */
export const SETTLE_MS = 4000;
/** As long as a heartbeat lives, and its writer takes to come back to a Redis that had lost it. */
const GONE_MS = 15_000;

export const step = (before: Progress, seen: Seen, elapsedMs: number): Step => {
  if (seen.kind === 'away') return away(before, seen.why);
  const back: readonly ProgressEvent[] = before.away === undefined ? [] : [{ event: 'registry-back' }];
  const now = { ...before, away: undefined };
  return seen.kind === 'unseen' ? unseen(now, back, elapsedMs) : counted(now, { seen, back, elapsedMs });
};

const away = (before: Progress, why: string): Step => ({
  progress: { ...before, away: why, unseenSince: undefined },
  events: before.away === why ? [] : [{ event: 'registry-away', why }],
  over: undefined,
});

const unseen = (before: Progress, back: readonly ProgressEvent[], elapsedMs: number): Step => {
  const since = before.unseenSince ?? elapsedMs;
  const known = before.live !== undefined;
  // Of a node that never was there nothing can be said: it may report to another Redis.
  const news: readonly ProgressEvent[] = known || before.told.has('unseen') ? [] : [{ event: 'unseen' }];
  return {
    progress: { ...before, unseenSince: since, told: known ? before.told : new Set([...before.told, 'unseen']) },
    events: [...back, ...news],
    over: known && elapsedMs - since >= GONE_MS ? 'gone' : undefined,
  };
};

type Counted = {
  readonly seen: Extract<Seen, { kind: 'seen' }>;
  readonly back: readonly ProgressEvent[];
  readonly elapsedMs: number;
};

const counted = (before: Progress, { seen, back, elapsedMs }: Counted): Step => {
  const settled = elapsedMs >= SETTLE_MS;
  const newcomers = settled && before.ids && seen.ids ? [...seen.ids].filter((id) => !before.ids?.has(id)).length : 0;
  const tellNewcomers = newcomers > 0 && !before.told.has('newcomers');
  return {
    progress: {
      live: seen.live,
      // From the moment that Traefik follows the new file on.
      ids: settled ? (seen.ids ?? before.ids) : undefined,
      away: undefined,
      unseenSince: undefined,
      told: tellNewcomers ? new Set([...before.told, 'newcomers']) : before.told,
    },
    events: [
      ...back,
      ...(seen.live === before.live ? [] : [{ event: 'sessions', live: seen.live } as const]),
      ...(tellNewcomers ? [{ event: 'newcomers', count: newcomers } as const] : []),
    ],
    over: settled && seen.live === 0 ? 'empty' : undefined,
  };
};
