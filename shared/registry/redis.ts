import { Cluster, type ClusterOptions, Redis } from 'ioredis';
import { type Trouble, trouble, troubleOf } from './redis-trouble.ts';
import type { RedisPlace } from './redis-url.ts';

export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly trouble: Trouble };

/** Options of every connection, in every mode. */
type NodeOptions = Omit<NonNullable<ClusterOptions['redisOptions']>, 'replyMapping'>;

/** A connection that can always be used, and fails at once when it cannot serve. */
export type RedisLink = {
  call(name: string, ...args: readonly (string | number)[]): Promise<Reply>;
  /** Scans the keys in batches, on every master, until `visit` returns false. Never uses KEYS. */
  scan(pattern: string, visit: (keys: string[]) => Promise<boolean>): Promise<Reply>;
  /** `waiting`: connected, but Redis does not serve yet. */
  phase(): 'ready' | 'waiting' | 'away';
  quit(): Promise<void>;
};

export type LinkOptions = {
  readonly place: RedisPlace;
  readonly connectionName: string;
  readonly commandTimeoutMs: number;
  readonly onReady: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  /** If set, it only subscribes to this channel. */
  readonly listen?: { readonly channel: string; readonly onText: (text: string) => void };
  /** For settings that a URL cannot express: certificates, the sentinels' own password, a NAT map. */
  readonly redisOptions?: NodeOptions;
};

const SCAN_BATCH = 500;
const OK: Reply = { ok: true, value: null };

export const connectRedis = (options: LinkOptions): RedisLink => {
  const client = clientOf(options);
  let leaving = false;
  // Without this listener one lost connection would crash the process.
  client.on('error', (error: unknown) => leaving || options.onTrouble(troubleOf(error)));
  client.on('close', () => leaving || options.onTrouble(trouble('unreachable')));
  client.on('ready', options.onReady);
  if (options.listen) listenOn(client, options.listen, (error) => leaving || options.onTrouble(troubleOf(error)));

  const call = (on: Redis | Cluster, name: string, args: readonly (string | number)[]): Promise<Reply> =>
    bounded(on.call(name, ...args), options.commandTimeoutMs);
  const phase = () => (client.status === 'ready' ? 'ready' : client.status === 'connect' ? 'waiting' : 'away');

  return {
    phase,
    call: (name, ...args) => call(client, name, args),
    scan: async (pattern, visit) => {
      // A cluster that is down has no masters to scan, which must not look like no keys.
      if (phase() !== 'ready') return { ok: false, trouble: trouble('unreachable') };
      return scanAll({ nodes: mastersOf(client), call, pattern, visit });
    },
    quit: async () => {
      leaving = true;
      if (phase() === 'ready') await bounded(client.quit(), options.commandTimeoutMs);
      client.disconnect();
    },
  };
};

type Listen = NonNullable<LinkOptions['listen']>;

/** Subscribes again on each connection: messages published in between are lost. */
const listenOn = (client: Redis | Cluster, { channel, onText }: Listen, onTrouble: (error: unknown) => void): void => {
  client.on('ready', () => void client.subscribe(channel).catch(onTrouble));
  client.on('message', (_: string, text: string) => onText(text));
};

/**
 * Commands are not queued while Redis is down and not retried by the client library: the ledger knows what is still to
 * be done. A command without an answer fails after `commandTimeout`; a connection without any answer is closed soon
 * after.
 */
const clientOf = ({ place, redisOptions, ...options }: LinkOptions): Redis | Cluster => {
  const common: NodeOptions = {
    protocol: 2,
    connectionName: options.connectionName,
    disableClientInfo: true,
    commandTimeout: options.commandTimeoutMs,
    // A subscriber may receive nothing for a long time.
    ...(!options.listen && { socketTimeout: 2 * options.commandTimeoutMs }),
    connectTimeout: 4 * options.commandTimeoutMs,
    autoResendUnfulfilledCommands: false,
    // We subscribe again by ourselves: ioredis leaves the rejection unhandled if that connection is lost too.
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    reconnectOnError: reconnectWhenReadonly(),
    ...(place.username && { username: place.username }),
    ...(place.password && { password: place.password }),
    ...(place.tls && { tls: {} }),
    ...redisOptions,
  };
  if (place.kind === 'cluster') return new Cluster([...place.nodes], { ...CLUSTER, redisOptions: common });
  const single = { ...common, enableOfflineQueue: false, retryStrategy: backOff, db: place.db };
  if (place.kind === 'single') return new Redis({ ...single, ...place.address });
  return new Redis({
    ...single,
    ...(place.tls && { sentinelTLS: redisOptions?.sentinelTLS ?? {}, enableTLSForSentinelMode: true }),
    sentinels: [...place.sentinels],
    name: place.name,
    sentinelRetryStrategy: backOff,
    sentinelCommandTimeout: options.commandTimeoutMs,
  });
};

const backOff = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt - 1, 6), 2000);

// A cluster makes its nodes' connections itself, and needs their queue for its own first commands.
const CLUSTER: ClusterOptions = { enableOfflineQueue: false, clusterRetryStrategy: backOff, maxRedirections: 3 };

/**
 * The master may have moved behind the same name. Not more often than this, or a permanent replica would be flooded
 * with connections.
 */
const READONLY_PAUSE_MS = 2000;
const reconnectWhenReadonly = () => {
  let last = Number.NEGATIVE_INFINITY;
  return (error: Error): boolean => {
    if (!error.message.startsWith('READONLY') || performance.now() - last < READONLY_PAUSE_MS) return false;
    last = performance.now();
    return true;
  };
};

const mastersOf = (client: Redis | Cluster): Redis[] => (client instanceof Cluster ? client.nodes('master') : [client]);

type Scan = {
  readonly nodes: readonly Redis[];
  readonly call: (on: Redis, name: string, args: readonly (string | number)[]) => Promise<Reply>;
  readonly pattern: string;
  readonly visit: (keys: string[]) => Promise<boolean>;
};

const scanAll = async ({ nodes, call, pattern, visit }: Scan): Promise<Reply> => {
  for (const node of nodes) {
    let cursor = '0';
    do {
      const reply = await call(node, 'SCAN', [cursor, 'MATCH', pattern, 'COUNT', SCAN_BATCH]);
      if (!reply.ok) return reply;
      const batch = batchOf(reply.value);
      if (batch === undefined) return { ok: false, trouble: trouble('refused') };
      cursor = batch.next;
      if (!(await visit(batch.keys))) return OK;
    } while (cursor !== '0');
  }
  return OK;
};

/** Undefined: the answer is not from Redis. */
const batchOf = (value: unknown): { readonly next: string; readonly keys: string[] } | undefined => {
  const [next, keys] = Array.isArray(value) ? value : [];
  const isBatch = typeof next === 'string' && Array.isArray(keys) && keys.every((key) => typeof key === 'string');
  return isBatch ? { next, keys } : undefined;
};

/**
 * A cluster client retries and redirects regardless of the command's own timeout, so the total time is limited here.
 */
const bounded = async (answer: Promise<unknown>, ms: number): Promise<Reply> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Reply>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, trouble: trouble('timeout') }), ms);
  });
  const reply = answer.then(
    (value): Reply => ({ ok: true, value }),
    (error: unknown): Reply => ({ ok: false, trouble: troubleOf(error) }),
  );
  return Promise.race([reply, late]).finally(() => clearTimeout(timer));
};
