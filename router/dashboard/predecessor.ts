/** What is known about the client of a session. */
export type ClientSession = {
  readonly id: string;
  /** User agent and address, all that the traffic shows. */
  agent: string;
  /** The client's own name, if a registry knows it. */
  client: string;
  readonly created: number;
  /** When its present state began. */
  since: number;
};

/**
 * The lost session that a new one replaces: same client, lost before the new one began, the longest lost first. No
 * protocol field says so: among several sessions of one client it may be the wrong one, but how many came back, and
 * where, is right.
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

/** A client may notice that its node is gone, and open a new session, before we do. */
const CLOCKS_APART_MS = 2000;
