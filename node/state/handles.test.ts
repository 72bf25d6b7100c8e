import assert from 'node:assert/strict';
import test from 'node:test';
import { silentLog } from '../../shared/log.ts';
import { createMemoryStore, MemoryRegistry } from '../../shared/registry/memory.ts';
import type { ServerContext } from '../mcp/server-context.ts';
import { nodeName } from '../test-bench.ts';
import { handles } from './handles.ts';
import { HeldState } from './held-state.ts';

type Basket = { readonly items: string[] };

/** A node without sockets, with a clock that the test sets. */
const place = ({ name = 'n1', store = createMemoryStore(() => 0), leaving = false } = {}) => {
  const clock = { now: 0 };
  const self = { node: nodeName(name), boot: `${name}-1`, url: `http://${name}` };
  const registry = new MemoryRegistry(store, self);
  const misses: string[] = [];
  const state = new HeldState({
    node: self.node,
    registry,
    askOwner: async () => 'answers',
    isLeaving: () => leaving,
    countCall: () => undefined,
    onMiss: (_, reason) => misses.push(reason),
    log: silentLog(),
    now: () => clock.now,
    wallClock: () => clock.now,
  });
  const at = (headers: Record<string, string> = {}) =>
    ({
      state,
      session: '',
      client: 'test/1',
      request: new Request('http://x', { headers }),
    }) as unknown as ServerContext;
  return { clock, store, registry, state, misses, at };
};

test('a handle names its node, returns its value, and is closed once', async () => {
  const { at, store } = place();
  const { open, get, close } = handles<Basket>()(at());
  const id = await open({ items: ['a'] });
  assert.match(id, /^n1\.[0-9a-f-]{36}$/);
  assert.deepEqual(await get(id), { items: ['a'] });
  const [record] = store.sessions.values();
  assert.deepEqual([record?.kind, record?.node, record?.client], ['handle', 'n1', 'test/1']);
  await close(id);
  assert.equal(store.sessions.size, 0);
  await assert.rejects(get(id), { reason: 'closed', message: /^closed: / });
  await assert.rejects(close(id), { reason: 'closed' });
});

test('a handle costs the registry one write, one delete and no reads', async () => {
  const { at, registry } = place();
  const commands: string[] = [];
  for (const name of ['open', 'close', 'whereIs'] as const) {
    const own = registry[name].bind(registry) as (...args: unknown[]) => Promise<never>;
    registry[name] = (...args: unknown[]) => {
      commands.push(name);
      return own(...args);
    };
  }
  const { open, get, close } = handles<Basket>()(at());
  const id = await open({ items: [] });
  for (let i = 0; i < 5; i++) await get(id);
  await close(id);
  assert.deepEqual(commands, ['open', 'close']);
});

test('a handle ends when it is idle for too long, and when it is too old, sweep or not', async () => {
  const { at, clock } = place();
  const { open, get } = handles<Basket>({ idle: 10, ttl: 25 })(at());
  const id = await open({ items: [] });
  for (const now of [9_000, 18_000, 24_999]) {
    clock.now = now;
    await get(id);
  }
  clock.now = 25_000;
  await assert.rejects(get(id), { reason: 'expired' });
  const other = await open({ items: [] });
  clock.now += 10_000;
  await assert.rejects(get(other), { reason: 'expired' });
});

test('the signal of a value fires when its handle ends', async () => {
  const { at, clock, state } = place();
  const { open, close } = handles<AbortSignal>({ idle: 10 })(at());
  const signals: AbortSignal[] = [];
  const make = (ended: AbortSignal) => {
    signals.push(ended);
    return ended;
  };
  await close(await open(make));
  await open(make);
  clock.now = 9_999;
  await state.closeIdle(clock.now);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
  await state.closeIdle(10_000);
  assert.equal(signals[1]?.aborted, true);
  await open(make);
  state.abandonAll();
  assert.equal(signals[2]?.aborted, true);
});

test('the limit holds for concurrent opens, and a value that fails takes no place', async () => {
  const { at } = place();
  const { open, close } = handles<Basket>({ max: 2 })(at());
  await assert.rejects(
    open(() => Promise.reject(new Error('no browser'))),
    /no browser/,
  );
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => open(async () => ({ items: [] }))));
  const opened = outcomes.filter((one) => one.status === 'fulfilled');
  assert.equal(opened.length, 2);
  await assert.rejects(open({ items: [] }), { message: /^full: n1 has reached its limit of 2 / });
  await close(opened[0]!.value);
  await open({ items: [] });
});

test('expired handles do not count towards the limit, even before a sweep', async () => {
  const { at, clock } = place();
  const { open, get } = handles<Basket>({ max: 2, idle: 10 })(at());
  const [, kept] = [await open({ items: [] }), await open({ items: ['b'] })];
  clock.now = 9_000;
  await get(kept);
  clock.now = 10_000;
  await open({ items: [] });
  assert.deepEqual(await get(kept), { items: ['b'] });
  await assert.rejects(open({ items: [] }), { message: /^full: / });
});

test('the handle of one kind opens nothing of another', async () => {
  const { at } = place();
  const id = await handles<Basket>()(at()).open({ items: [] });
  await assert.rejects(handles<Basket>()(at()).get(id), { reason: 'unknown' });
});

test('a bound handle belongs to the caller who opened it, and does not exist for others', async () => {
  const { at, misses } = place();
  const baskets = handles<Basket>({ bind: ({ headers }) => headers.get('x-user') ?? undefined });
  const id = await baskets(at({ 'x-user': 'ann' })).open({ items: [] });
  await baskets(at({ 'x-user': 'ann' })).get(id);
  await assert.rejects(baskets(at({ 'x-user': 'bob' })).get(id), { reason: 'unknown' });
  await assert.rejects(baskets(at()).close(id), { reason: 'unknown' });
  assert.deepEqual(misses, ['unknown', 'unknown']);
});

test('a handle of another node is found in the registry', async () => {
  const store = createMemoryStore(() => 0);
  const [one, two] = [place({ store }), place({ name: 'n2', store })];
  await two.registry.announce({ draining: false });
  const baskets = handles<Basket>();
  const id = await baskets(two.at()).open({ items: [] });
  await assert.rejects(baskets(one.at()).get(id), { message: /^wrong-node: .* n2, .*list the tools again/ });
  await assert.rejects(baskets(one.at({ 'mcp-param-handle': id })).get(id), { message: /but the proxy has no route/ });
  two.state.abandonAll();
  await two.registry.quit();
  await assert.rejects(baskets(one.at()).get(id), { reason: 'owner-gone' });
});

test('a node that is about to stop opens nothing new without a session', async () => {
  const { at } = place({ leaving: true });
  const baskets = handles<Basket>();
  await assert.rejects(baskets(at()).open({ items: [] }), { message: /^draining: / });
  await baskets({ ...at(), session: 'n1.one' }).open({ items: [] });
});

test('the field routes the call and says how long the handle lives; a page does not get the header annotation', () => {
  const { at } = place();
  const baskets = handles<Basket>({ idle: 90, ttl: 7200 });
  const { field } = baskets(at());
  assert.equal(field.meta()?.['x-mcp-header'], 'Handle');
  assert.match(field.description ?? '', /lives for 90 seconds after its last use, 2 hours at most/);
  const ofPage = baskets(at({ origin: 'https://page.example' })).field;
  assert.equal(ofPage.meta()?.['x-mcp-header'], undefined);
  assert.equal(ofPage.description, field.description);
});
