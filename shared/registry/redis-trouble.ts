export type TroubleKind =
  | 'unreachable'
  | 'timeout'
  | 'not-ready'
  | 'auth'
  | 'readonly'
  | 'out-of-memory'
  | 'cannot-save'
  | 'cluster-down'
  | 'refused';

export type Trouble = { readonly kind: TroubleKind; readonly sentence: string };

const SENTENCES: Record<TroubleKind, string> = {
  unreachable: 'Redis cannot be reached',
  timeout: 'Redis does not answer in time',
  'not-ready': 'Redis is not ready: it may be loading its data',
  auth: 'Redis refuses our credentials: look at the user and password in the URL, and at its ACL',
  readonly: 'Redis is a read-only replica: connecting again to find the new master',
  'out-of-memory': 'Redis refuses writes, it has reached maxmemory: give it more, or another eviction policy',
  'cannot-save': 'Redis refuses writes, it cannot save to disk (MISCONF) or has too few replicas (NOREPLICAS)',
  'cluster-down': 'the Redis cluster is down: some of its slots are served by no node',
  refused: 'Redis refuses a command',
};

/**
 * Matched by the error's first word, which is Redis' error code. The order matters only if a text could match twice.
 */
const SIGNS: readonly (readonly [RegExp, TroubleKind])[] = [
  [/^(NOAUTH|WRONGPASS|NOPERM|ERR invalid password|ERR AUTH|ERR Client sent AUTH)/, 'auth'],
  [/^READONLY/, 'readonly'],
  [/^OOM/, 'out-of-memory'],
  [/^(MISCONF|NOREPLICAS)/, 'cannot-save'],
  [/^(LOADING|MASTERDOWN|BUSY)/, 'not-ready'],
  [/^(CLUSTERDOWN|TRYAGAIN|MOVED|ASK)|Too many Cluster redirections/, 'cluster-down'],
  [/timed? ?out|ETIMEDOUT/i, 'timeout'],
  [/^[A-Z]{3,} /, 'refused'],
];

export const troubleOf = (error: unknown): Trouble => {
  const text = error instanceof Error ? error.message : String(error);
  // An error without a Redis code comes from the connection.
  const kind = SIGNS.find(([sign]) => sign.test(text))?.[1] ?? 'unreachable';
  return trouble(kind);
};

/** Only our own texts: an error's text may quote the command, and with it a key or a password. */
export const trouble = (kind: TroubleKind): Trouble => ({ kind, sentence: SENTENCES[kind] });

/** It answers but accepts no writes; deletes may still work. */
export const refusesWrites = ({ kind }: Trouble): boolean => kind === 'out-of-memory' || kind === 'cannot-save';
