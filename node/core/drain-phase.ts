/**
 * How a leaving node treats new sessions. Its existing sessions continue in every phase.
 * - open: takes them.
 * - settling: still takes them, for some proxies have not seen the new file yet; its heartbeat says that it drains.
 * - unready: still takes them, and its readiness check fails: proxies that never see the file now send elsewhere.
 * - refusing: 503 to `initialize`. From here on no session begins in this process.
 */
export type DrainPhase = 'open' | 'settling' | 'unready' | 'refusing';

/** A drain that this process knows of. Times are from its monotonic clock. */
export type HeldDrain = {
  readonly id: string;
  readonly beganAt: number;
  readonly settleMs: number;
  readonly marginMs: number;
  /** Sessions that have been idle for this long are ended during the drain. */
  readonly idleMs?: number;
};

/** The fields of a mark that are used here; see the registry's own type. */
export type Mark = {
  readonly id: string;
  readonly boot: string | undefined;
  readonly url: string;
  readonly settleMs: number;
  readonly marginMs: number;
  readonly idleMs?: number;
  readonly lifted: boolean;
};

export type MarkContext = { readonly self: { readonly boot: string; readonly url: string }; readonly now: number };

/**
 * A mark that is gone changes nothing: the store may have been wiped. Only a lifted mark, or a new process, opens the
 * node again. A second drain replaces the first: the time already waited counts, and its own setting for idle sessions
 * applies.
 */
export const applyMark = (
  held: HeldDrain | undefined,
  mark: Mark | null,
  { self, now }: MarkContext,
): HeldDrain | undefined => {
  if (mark === null || mark.url !== self.url) return held;
  if (mark.boot !== undefined && mark.boot !== self.boot) return held;
  // This lifts another drain: a new one has begun since.
  if (mark.lifted) return held?.id === mark.id ? undefined : held;
  if (held?.id === mark.id) return held;
  const { beganAt, settleMs, marginMs } = held ?? { ...mark, beganAt: now };
  return { id: mark.id, beganAt, settleMs, marginMs, ...(mark.idleMs !== undefined && { idleMs: mark.idleMs }) };
};

export const phaseOf = (held: HeldDrain | undefined, now: number): DrainPhase => {
  if (held === undefined) return 'open';
  const waited = now - held.beganAt;
  if (waited < held.settleMs) return 'settling';
  return waited < held.settleMs + held.marginMs ? 'unready' : 'refusing';
};

/** Milliseconds until the next change of phase; undefined: there is none. */
export const nextPhaseIn = (held: HeldDrain | undefined, now: number): number | undefined => {
  if (held === undefined) return undefined;
  const waited = now - held.beganAt;
  const next = [held.settleMs, held.settleMs + held.marginMs].find((end) => waited < end);
  return next === undefined ? undefined : next - waited;
};
