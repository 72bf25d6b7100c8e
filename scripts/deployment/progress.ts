/** From one poll of the registry to the next: what to report, and whether the node is empty. */
import type { Seen } from './node-status.ts';

export type Progress = {
  /** The last count that was reported. */
  readonly live: number | undefined;
  readonly idle: number | undefined;
  readonly ids: ReadonlySet<string> | undefined;
  readonly away: string | undefined;
  /** There cannot be more, because the node says that it refuses new sessions. */
  readonly final: boolean;
  /** Since when it has not been in the registry. */
  readonly unseenSince: number | undefined;
  readonly told: ReadonlySet<'unseen' | 'newcomers' | 'heard' | 'unheard' | 'refusing' | 'silent'>;
};

/** What a drain relies on. */
export type Terms = {
  /** The mark that was written for the node; undefined: that was not possible. */
  readonly drain: string | undefined;
  readonly settleMs: number;
};

export type ProgressEvent =
  /** `idle`: those of them that nobody listens to or waits for; missing: the node does not report it. */
  | { readonly event: 'sessions'; readonly live: number; readonly idle?: number }
  | { readonly event: 'registry-away'; readonly why: string }
  | { readonly event: 'registry-back' }
  | { readonly event: 'unseen' }
  /** It has no heartbeat, but answers at its health URL. */
  | { readonly event: 'silent'; readonly why: string }
  /** The node has the mark: no new sessions there after the settle time. */
  | { readonly event: 'heard' }
  /** It has not acknowledged the mark. */
  | { readonly event: 'unheard' }
  | { readonly event: 'refusing' }
  | { readonly event: 'newcomers'; readonly count: number };

export type Step = {
  readonly progress: Progress;
  readonly events: readonly ProgressEvent[];
  /** gone: it was there and has disappeared. */
  readonly over: 'empty' | 'gone' | undefined;
};

export const START: Progress = {
  live: undefined,
  idle: undefined,
  ids: undefined,
  away: undefined,
  final: false,
  unseenSince: undefined,
  told: new Set(),
};

/** Traefik batches file changes for 2 s: until then a session may still begin there. */
export const SETTLE_MS = 4000;
/** The lifetime of a heartbeat, which also covers the time a node takes to rewrite one that Redis lost. */
const GONE_MS = 15_000;

/** Three heartbeats: a node that has not acknowledged by then does not support marks. */
export const UNHEARD_MS = 10_000;

export type Look = { readonly seen: Seen; readonly elapsedMs: number; readonly terms: Terms };

/**
 * Sessions that end when the drain does. A node that had none but may have new ones was not counted: reporting 0 would
 * promise that none is lost.
 */
export const endedBy = ({ live, final }: Progress): number | undefined => (live === 0 && !final ? undefined : live);

export const step = (before: Progress, look: Look): Step => {
  const { seen, elapsedMs } = look;
  if (seen.kind === 'away') return away(before, seen.why);
  const back: readonly ProgressEvent[] = before.away === undefined ? [] : [{ event: 'registry-back' }];
  const now = { ...before, away: undefined };
  return seen.kind === 'unseen' ? unseen(now, back, elapsedMs) : counted(now, { ...look, seen, back });
};

const away = (before: Progress, why: string): Step => ({
  progress: { ...before, final: false, away: why, unseenSince: undefined },
  events: before.away === why ? [] : [{ event: 'registry-away', why }],
  over: undefined,
});

const unseen = (before: Progress, back: readonly ProgressEvent[], elapsedMs: number): Step => {
  const since = before.unseenSince ?? elapsedMs;
  const known = before.live !== undefined;
  // A node that was never seen is unknown: it may use another Redis.
  const news: readonly ProgressEvent[] = known || before.told.has('unseen') ? [] : [{ event: 'unseen' }];
  return {
    progress: {
      ...before,
      final: false,
      unseenSince: since,
      told: known ? before.told : new Set([...before.told, 'unseen']),
    },
    events: [...back, ...news],
    over: known && elapsedMs - since >= GONE_MS ? 'gone' : undefined,
  };
};

type Counted = Look & {
  readonly seen: Extract<Seen, { kind: 'seen' }>;
  readonly back: readonly ProgressEvent[];
};

const counted = (before: Progress, look: Counted): Step => {
  const { seen, back, elapsedMs } = look;
  const loaded = elapsedMs >= SETTLE_MS;
  const idle = idleOf(seen);
  const count = loaded && before.ids && seen.ids ? [...seen.ids].filter((id) => !before.ids?.has(id)).length : 0;
  const fresh = wordsOf(look, count).filter((one) => !before.told.has(one.event));
  return {
    progress: {
      live: seen.live,
      idle,
      // From the moment when Traefik has loaded the new file.
      ids: loaded ? (seen.ids ?? before.ids) : undefined,
      away: undefined,
      final: isFinal(look),
      unseenSince: undefined,
      told: fresh.length === 0 ? before.told : new Set([...before.told, ...fresh.map(({ event }) => event)]),
    },
    events: [
      ...back,
      ...(seen.live === before.live && idle === before.idle ? [] : [sessions(seen.live, idle)]),
      ...fresh,
    ],
    over: isEmpty(look) ? 'empty' : undefined,
  };
};

/** Its records are more up to date than its heartbeat. */
const idleOf = ({ live, idle }: Counted['seen']): number | undefined => idle && Math.min(idle, live);
const sessions = (live: number, idle: number | undefined): ProgressEvent => ({
  event: 'sessions',
  live,
  ...(idle !== undefined && { idle }),
});

type Once = Extract<ProgressEvent, { event: 'newcomers' | 'heard' | 'unheard' | 'refusing' | 'silent' }>;

/** What is reported once per drain. */
const wordsOf = ({ seen, elapsedMs, terms }: Counted, newcomers: number): readonly Once[] => [
  ...(seen.silent === undefined ? [] : [{ event: 'silent', why: seen.silent } as const]),
  ...(hears(seen, terms) ? [{ event: 'heard' } as const] : []),
  ...(isUnheard(seen, terms, elapsedMs) ? [{ event: 'unheard' } as const] : []),
  ...(isFinal({ seen, terms }) ? [{ event: 'refusing' } as const] : []),
  ...(newcomers > 0 ? [{ event: 'newcomers', count: newcomers } as const] : []),
];

type SeenNode = Counted['seen'];

const hears = (seen: SeenNode, { drain }: Terms): boolean => drain !== undefined && seen.drain === drain;
const isFinal = ({ seen, terms }: Pick<Counted, 'seen' | 'terms'>): boolean =>
  hears(seen, terms) && seen.refusing === true;
const isUnheard = (seen: SeenNode, terms: Terms, elapsedMs: number): boolean =>
  !hears(seen, terms) && elapsedMs >= UNHEARD_MS;

/**
 * The node itself says that it refuses and has none. A proxy may never reload, and a node that is cut off from Redis,
 * and so does not know of the drain yet, still takes new sessions from it. With a node that does not support drains,
 * the best we can do is to wait until every proxy should have loaded the file.
 */
const isEmpty = ({ seen, elapsedMs, terms }: Counted): boolean => {
  if (seen.live > 0) return false;
  if (seen.refusing !== undefined) return isFinal({ seen, terms });
  return isUnheard(seen, terms, elapsedMs) && elapsedMs >= Math.max(SETTLE_MS, terms.settleMs);
};
