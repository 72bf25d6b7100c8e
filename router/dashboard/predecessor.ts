/** What is known of who holds a session. */
export type ClientSession = {
  readonly id: string;
  /** User agent and address; what the traffic alone tells. */
  agent: string;
  /** What the client calls itself, where a registry knows it. */
  client: string;
  readonly created: number;
  /** Since when it is in its present state. */
  since: number;
};

/**
 * The lost session that a new one stands for: same client, lost before the new one began, the longest lost first.
 * Protocol and headers name no such thing, so of several sessions of one client it may be another one of them; how
 * many came back, and where, is right all the same.
 */
export const predecessorOf = <S extends ClientSession>(
  opened: S,
  lost: readonly S[],
  identity: (session: S) => string,
): S | undefined => {
  const who = identity(opened);
  if (who === '') return undefined;
  let first: S | undefined;
  for (const one of lost) {
    if (one.since > opened.created + CLOCKS_APART_MS || identity(one) !== who) continue;
    if (first === undefined || one.since < first.since) first = one;
  }
  return first;
};

/** A client may know that its node is gone, and begin anew, before the news of it reaches us. */
const CLOCKS_APART_MS = 2000;
