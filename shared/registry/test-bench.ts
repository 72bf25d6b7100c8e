import { EventEmitter, once } from 'node:events';
import { Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { createLog, type Log } from '../log.ts';
import { drainKey, encodeMark } from './drain-mark.ts';
import { findBinary } from './find-redis.ts';
import { nodeKey, sessionKey } from './records.ts';
import { connectRedis, type RedisLink } from './redis.ts';
import { type RedisProcess, type RedisProcessOptions, startRedisProcess } from './redis-process.ts';
import { RedisRegistry, type RedisRegistryOptions } from './redis-registry.ts';
import { parseRedisUrl } from './redis-url.ts';
import type { RegistryStatus, Session } from './session-registry.ts';
import { nodeId, type SharedStore } from './test-contract.ts';

const binary = findBinary(process.env.PATH ?? '');

/** For a test's `skip`: false when there is a server to run. */
export const noRedis: string | false = binary ? false : 'no redis-server or valkey-server on PATH';

/** A test, or the whole file. */
export type Scope = { after(stop: () => Promise<unknown>): void };

export const runRedis = async (t: Scope, options: Omit<RedisProcessOptions, 'binary'> = {}): Promise<RedisProcess> => {
  const redis = await startRedisProcess({ binary: binary as string, ...options });
  t.after(redis.stop);
  return redis;
};

export type TestRegistry = {
  readonly registry: RedisRegistry;
  /** Resolves as soon as the status is as wanted; otherwise the test's own time limit ends the wait. */
  until(wanted: (status: RegistryStatus) => boolean): Promise<RegistryStatus>;
  readonly lines: readonly Record<string, unknown>[];
};

type Options = Partial<RedisRegistryOptions> & {
  readonly url: string;
  readonly node?: string;
  readonly name?: string;
  readonly boot?: string;
};

export const testRegistry = (t: TestContext, { node = 'n1', name, boot = 'a', ...options }: Options): TestRegistry => {
  const changes = new EventEmitter();
  const { log, lines } = capture();
  const self = { node: nodeId(node), name, boot, url: `http://${node}` };
  const onChange = (status: RegistryStatus) => changes.emit('change', status);
  const registry = new RedisRegistry({ log, heartbeatMs: 100, ...options, self, onChange });
  t.after(() => registry.quit());
  const until: TestRegistry['until'] = async (wanted) => {
    while (!wanted(registry.status())) await once(changes, 'change');
    return registry.status();
  };
  return { registry, until, lines };
};

export const ready = ({ state }: RegistryStatus): boolean => state === 'ready';
export const degraded = ({ state }: RegistryStatus): boolean => state === 'degraded';

export const because =
  (why: RegExp) =>
  (status: RegistryStatus): boolean =>
    why.test(status.why ?? '');

/** For tests with faults: far longer than any of them takes; it ends a wait that would never finish. */
export const faults = { skip: noRedis, timeout: 120_000 };

export const announced = async (t: TestContext, options: Options): Promise<TestRegistry> => {
  const bench = testRegistry(t, options);
  await bench.until(ready);
  await bench.registry.announce({ draining: false });
  return bench;
};

/** Reads Redis over a separate connection. */
export const probe = async (t: Scope, url: string, redisOptions = {}): Promise<RedisLink> => {
  const events = new EventEmitter();
  const link = connectRedis({
    place: parseRedisUrl(url),
    connectionName: 'probe',
    commandTimeoutMs: 5000,
    onReady: () => events.emit('ready'),
    onTrouble: () => undefined,
    redisOptions,
  });
  t.after(() => link.quit());
  await once(events, 'ready');
  return link;
};

export const ask = async (link: RedisLink, name: string, ...args: (string | number)[]): Promise<unknown> => {
  const reply = await link.call(name, ...args);
  return reply.ok ? reply.value : reply.trouble.kind;
};

/** The contract's store on any server that speaks Redis' protocol. */
export const sharedRedis = async (t: TestContext, url: string): Promise<SharedStore> => {
  const link = await probe(t, url);
  // Key by key: FLUSHALL would reach one node of a cluster only.
  await link.scan('*', async (keys) => (await Promise.all(keys.map((key) => ask(link, 'DEL', key)))).length >= 0);
  return {
    // No automatic beats: a case sees only what it triggers.
    join: async (node, boot) => (await announced(t, { url, node, boot, heartbeatMs: 60_000 })).registry,
    mark: async (node, mark) => {
      const key = drainKey(nodeId(node));
      await (mark ? ask(link, 'SET', key, encodeMark(mark)) : ask(link, 'DEL', key));
    },
    silence: async (node) => void (await ask(link, 'DEL', nodeKey(nodeId(node)))),
    secondsLeft: async ({ id }) => {
      const left = await ask(link, 'TTL', sessionKey(id));
      return typeof left === 'number' && left >= 0 ? left : null;
    },
  };
};

const capture = (): { log: Log; lines: Record<string, unknown>[] } => {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk, _, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { log: createLog({ destination }), lines };
};

/** All keys of ours in Redis, and what they should be: the node's and one for each session. */
export const keysIn = async (link: RedisLink): Promise<string[]> => {
  const found: string[] = [];
  await link.scan('mcp:*', async (batch) => found.push(...batch) >= 0);
  return found.sort();
};
export const keysFor = (...sessions: readonly Session[]): string[] =>
  [nodeKey(nodeId('n1')), ...sessions.map(({ id }) => sessionKey(id))].sort();
