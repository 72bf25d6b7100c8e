import type { Log } from '../log.ts';
import { steadyNow } from '../steady-clock.ts';
import { EndedSessions } from './ended-sessions.ts';
import { leave } from './farewell.ts';
import { createHealth, type Health } from './health.ts';
import { Heartbeat } from './heartbeat.ts';
import { Ledger } from './ledger.ts';
import { listNodes, listSessions, readHeartbeats } from './listing.ts';
import { locate, stoppedOn } from './locate.ts';
import { lookUp } from './look-up.ts';
import { RecordWriter } from './record-writer.ts';
import { shorten } from './records.ts';
import { connectRedis, type LinkOptions, type RedisLink } from './redis.ts';
import { refusesWrites, type Trouble, trouble } from './redis-trouble.ts';
import { describeRedis, parseRedisUrl } from './redis-url.ts';
import type { NodeId, SessionId } from './session-id.ts';
import type {
  Announced,
  Ending,
  MarkListener,
  RegistryStatus,
  Self,
  Session,
  SessionLocation,
  SessionRegistry,
  Written,
} from './session-registry.ts';

const HOUR_MS = 3_600_000;

/** The settings and their defaults. */
export const REGISTRY_DEFAULTS = {
  /** TTL of a session's record; renewed while the session is used. */
  ttlMs: 30 * 24 * HOUR_MS,
  touchEveryMs: HOUR_MS,
  /** Three beats may fail before others consider the node gone. */
  heartbeatMs: 3000,
  heartbeatTtlMs: 10_000,
  commandTimeoutMs: 500,
  /** About 20 MB at most, for more deletes than a node makes in days. */
  maxDeletes: 100_000,
};

export type RedisRegistryOptions = Partial<typeof REGISTRY_DEFAULTS> & {
  readonly url: string;
  readonly self: Self;
  readonly log: Log;
  /** For ages. */
  readonly now?: () => number;
  readonly onChange?: (status: RegistryStatus) => void;
  readonly redisOptions?: LinkOptions['redisOptions'];
};

const NOT_READY = { reply: { ok: false, trouble: trouble('not-ready') }, lost: 'nothing' } as const;

export class RedisRegistry implements SessionRegistry {
  readonly #options: RedisRegistryOptions & typeof REGISTRY_DEFAULTS;
  readonly #now: () => number;
  readonly #ended = new EndedSessions();
  readonly #ledger: Ledger;
  readonly #health: Health;
  readonly #link: RedisLink;
  readonly #writer: RecordWriter;
  readonly #heartbeat: Heartbeat;
  readonly #timer: NodeJS.Timeout;
  #over = false;
  #beats = false;
  #reportedRival: string | undefined;
  // After an outage the store may be a different one, or empty, without any sign on the connection, as with a cluster.
  #suspect = false;

  /** Throws RedisUrlError for an invalid URL; later problems are in `status()`. */
  constructor(given: RedisRegistryOptions) {
    const options = { ...REGISTRY_DEFAULTS, ...given };
    const { self, log, redisOptions, commandTimeoutMs } = options;
    const now = given.now ?? steadyNow;
    this.#now = now;
    const place = parseRedisUrl(given.url);
    const onTrouble = (found: Trouble): void => this.#troubled(found);
    const onChange = (): void => given.onChange?.(this.status());
    this.#options = options;
    this.#ledger = new Ledger(options);
    this.#health = createHealth({ log, redis: describeRedis(place), now, onChange });
    this.#link = connectRedis({
      place,
      connectionName: `mooring:${self.node}`,
      commandTimeoutMs,
      onReady: () => this.#connected(),
      onTrouble,
      ...(redisOptions && { redisOptions }),
    });
    const shared = { self, ledger: this.#ledger, link: this.#link, now };
    const writing = { ttlSeconds: Math.ceil(options.ttlMs / 1000), timeoutMs: commandTimeoutMs };
    const events = { onTrouble, onDrained: () => this.#drained(), why: () => this.#why() };
    this.#writer = new RecordWriter({ ...shared, ...writing, ...events });
    this.#heartbeat = new Heartbeat({ ...shared, ttlMs: options.heartbeatTtlMs });
    // It does not keep an otherwise idle process alive.
    this.#timer = setInterval(() => void this.#beat(), options.heartbeatMs).unref();
  }

  open(session: Session): Promise<Written> {
    this.#ended.forget(session.id);
    this.#ledger.open(shorten(session));
    return this.#writer.outcomeOf('put', session.id);
  }

  async close(id: SessionId, ending: Ending = 'closed'): Promise<Written> {
    this.#ended.remember(id, ending);
    return this.#ledger.close(id) ? this.#writer.outcomeOf('delete', id) : { kind: 'written' };
  }

  touch(id: SessionId): void {
    this.#ledger.touch(id, this.#now());
  }

  async whereIs(id: SessionId): Promise<SessionLocation> {
    const ending = this.#ended.of(id);
    if (ending) return { kind: ending };
    if (this.#ledger.holds(id)) return stoppedOn(this.#options.self);
    if (this.#link.phase() !== 'ready') return { kind: 'unavailable', why: this.#why() };
    const found = await lookUp(this.#link, id);
    if (found.kind === 'found') return locate({ self: this.#options.self, ...found });
    this.#troubled(found.trouble);
    return { kind: 'unavailable', why: found.trouble.sentence };
  }

  announce(word: Announced): Promise<Written> {
    this.#heartbeat.announce(word);
    return this.#beat();
  }

  onMark(listener: MarkListener): void {
    this.#heartbeat.onMark(listener);
  }

  /** Delivered once to current listeners, if any. Returns whether Redis accepted it. */
  async publish(channel: string, text: string): Promise<boolean> {
    if (this.#link.phase() !== 'ready') return false;
    return (await this.#link.call('PUBLISH', channel, text)).ok;
  }

  sessions(options: { readonly limit?: number } = {}): ReturnType<SessionRegistry['sessions']> {
    return listSessions(this.#link, options.limit);
  }

  nodes(): ReturnType<SessionRegistry['nodes']> {
    return listNodes(this.#link);
  }

  async heartbeats(nodes: readonly NodeId[]): ReturnType<SessionRegistry['nodes']> {
    if (this.#link.phase() !== 'ready') return { kind: 'unavailable', why: this.#why() };
    return readHeartbeats(this.#link, nodes);
  }

  status(): RegistryStatus {
    const { live, pending, dropped } = this.#ledger.counts();
    const outage = this.#health.current();
    const rival = this.#heartbeat.rival();
    return {
      state: outage ? 'degraded' : 'ready',
      ...outage,
      live,
      pending,
      dropped,
      errors: this.#health.errors(),
      ...(rival !== undefined && { rival }),
    };
  }

  async quit(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#writer.pause();
    await leave({ link: this.#link, ledger: this.#ledger, heartbeat: this.#heartbeat });
  }

  async #beat(): Promise<Written> {
    if (this.#over || this.#link.phase() === 'away') return { kind: 'remembered', why: this.#why() };
    const { reply, lost } = this.#link.phase() === 'ready' ? await this.#heartbeat.beat() : NOT_READY;
    if (this.#over) return { kind: 'remembered', why: this.#why() };
    if (!reply.ok) this.#troubled(reply.trouble);
    this.#reportRival();
    if (lost === 'everything') this.#writeAllAgain();
    this.#beats = reply.ok;
    if (reply.ok || refusesWrites(reply.trouble)) this.#writer.resume();
    return reply.ok ? { kind: 'written' } : { kind: 'remembered', why: reply.trouble.sentence };
  }

  #connected(): void {
    this.#suspect = false;
    this.#heartbeat.forget();
    this.#ledger.rewrite();
    void this.#beat(); // It returns errors as values, which the status shows.
  }

  #reportRival(): void {
    const rival = this.#heartbeat.rival();
    if (rival === undefined || rival === this.#reportedRival) return;
    this.#reportedRival = rival;
    const { node } = this.#options.self;
    this.#options.log.warn({ node, rival }, 'another process calls itself by the name of this node, in the same Redis');
  }

  #writeAllAgain(): void {
    this.#options.log.warn('Redis has lost its keys: all live sessions are written again');
    this.#ledger.rewrite();
  }

  #troubled(found: Trouble): void {
    if (this.#over) return;
    this.#writer.pause();
    this.#beats = false;
    this.#suspect ||= !refusesWrites(found);
    this.#health.trouble(found);
  }

  #drained(): void {
    if (!this.#beats) return;
    if (!this.#suspect) return void this.#health.recovered();
    this.#suspect = false;
    this.#ledger.rewrite();
    this.#writer.resume();
  }

  #why(): string {
    return this.#over ? 'this node has left the registry' : (this.#health.current()?.why ?? 'Redis is busy');
  }
}
