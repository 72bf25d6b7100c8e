import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import type { DrainMark } from './drain-mark.ts';
import { type NodeId, newSessionId, parseNodeId } from './session-id.ts';
import type { Session, SessionRegistry } from './session-registry.ts';

/** What an adapter's tests provide: one empty store that several nodes share. */
export type SharedStore = {
  /** A node that has joined: connected and announced. The store's clean-up stops it. */
  join(node: string, boot: string): Promise<SessionRegistry>;
  /** The mark that a drain writes for a node, or deletes. */
  mark(node: string, mark: DrainMark | null): Promise<void>;
  /** Lets the heartbeat of a node expire, as after kill -9. */
  silence(node: string): Promise<void>;
  /** Seconds that the record of a session still has; null when there is none. */
  secondsLeft(session: Session): Promise<number | null>;
};

export const nodeId = (text: string): NodeId => {
  const node = parseNodeId(text);
  assert(node);
  return node;
};

export const sessionOn = (node: string, fields: Partial<Session> = {}): Session => ({
  id: newSessionId(nodeId(node), randomUUID()),
  created: 1_700_000_000_000,
  client: 'inspector/1.0',
  ...fields,
});

const MARK: DrainMark = {
  id: 'd1',
  boot: 'a',
  url: 'http://n1',
  since: 1_700_000_000_000,
  by: 'ada@host',
  settleMs: 15_000,
  marginMs: 4000,
  lifted: false,
};

type Case = (store: SharedStore) => Promise<void>;

const DAYS_30 = 30 * 24 * 3600;

const CASES: Record<string, Case> = {
  'a session of another live node is at the wrong node': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const session = sessionOn('n1');
    assert.deepEqual(await n1.open(session), { kind: 'written' });
    const expected = { kind: 'wrong-node', owner: 'n1', url: 'http://n1', draining: false };
    assert.deepEqual(await n2.whereIs(session.id), expected);
  },
  'a session that was never opened is unknown': async (store) => {
    const n1 = await store.join('n1', 'a');
    for (const owner of ['n1', 'n2']) assert.deepEqual(await n1.whereIs(sessionOn(owner).id), { kind: 'unknown' });
  },
  'an opened session has a record for 30 days': async (store) => {
    const n1 = await store.join('n1', 'a');
    const session = sessionOn('n1');
    await n1.open(session);
    const left = await store.secondsLeft(session);
    assert(left !== null && left > DAYS_30 - 10 && left <= DAYS_30);
  },
  'a closed session leaves nothing; its node still knows how it ended': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const [closed, expired] = [sessionOn('n1'), sessionOn('n1')];
    for (const session of [closed, expired]) await n1.open(session);
    assert.deepEqual(await n1.close(closed.id), { kind: 'written' });
    await n1.close(expired.id, 'expired');
    assert.equal(await store.secondsLeft(closed), null);
    assert.deepEqual(await n1.whereIs(closed.id), { kind: 'closed' });
    assert.deepEqual(await n1.whereIs(expired.id), { kind: 'expired' });
    assert.deepEqual(await n2.whereIs(closed.id), { kind: 'unknown' });
  },
  'closing a session of another node, or twice, removes the record all the same': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const session = sessionOn('n1');
    await n1.open(session);
    for (const registry of [n2, n2, n1]) assert.deepEqual(await registry.close(session.id), { kind: 'written' });
    assert.equal(await store.secondsLeft(session), null);
  },
  'a session of an earlier boot is told from a misrouted one, by others and by the node itself': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const session = sessionOn('n1');
    await n1.open(session);
    const again = await store.join('n1', 'a-next');
    for (const registry of [again, n2])
      assert.deepEqual(await registry.whereIs(session.id), { kind: 'owner-restarted', owner: 'n1' });
  },
  'a session of a node without a heartbeat has lost its owner': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const session = sessionOn('n1');
    await n1.open(session);
    await store.silence('n1');
    assert.deepEqual(await n2.whereIs(session.id), { kind: 'owner-gone', owner: 'n1' });
  },
  'a node that quits is gone at once, and its open sessions keep a trace for an hour': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const session = sessionOn('n1');
    await n1.open(session);
    await n1.quit();
    for (const registry of [n1, n2])
      assert.deepEqual(await registry.whereIs(session.id), { kind: 'owner-gone', owner: 'n1' });
    const left = await store.secondsLeft(session);
    assert(left !== null && left > 3590 && left <= 3600);
  },
  'after quit every method still answers': async (store) => {
    const n1 = await store.join('n1', 'a');
    await n1.quit();
    await n1.quit();
    const session = sessionOn('n1');
    assert.equal((await n1.open(session)).kind, 'remembered');
    assert.equal((await n1.whereIs(sessionOn('n2').id)).kind, 'unavailable');
    assert.equal((await n1.announce({ draining: true })).kind, 'remembered');
    assert.equal((await n1.sessions()).kind, 'unavailable');
    assert.equal((await n1.nodes()).kind, 'unavailable');
    assert.equal((await n1.heartbeats([nodeId('n1')])).kind, 'unavailable');
    n1.touch(session.id);
  },
  'a draining node says so to the others': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const session = sessionOn('n1');
    await n1.open(session);
    assert.deepEqual(await n1.announce({ draining: true }), { kind: 'written' });
    const expected = { kind: 'wrong-node', owner: 'n1', url: 'http://n1', draining: true };
    assert.deepEqual(await n2.whereIs(session.id), expected);
    const nodes = await n2.nodes();
    assert(nodes.kind === 'listed');
    const byName = [...nodes.items].sort((a, b) => (a.node < b.node ? -1 : 1));
    assert.deepEqual(byName, [
      { node: 'n1', boot: 'a', url: 'http://n1', sessions: 1, draining: true, refusing: false },
      { node: 'n2', boot: 'b', url: 'http://n2', sessions: 0, draining: false, refusing: false },
    ]);
  },
  'a node hears of a drain with its heartbeat, and that it is over; it says which one it has heard of': async (
    store,
  ) => {
    const n1 = await store.join('n1', 'a');
    const heard: (string | undefined)[] = [];
    n1.onMark((mark) => heard.push(mark?.id));
    await n1.announce({ draining: false });
    await store.mark('n1', { ...MARK, id: 'd1' });
    await n1.announce({ draining: true, refusing: true, drain: 'd1' });
    await store.mark('n1', null);
    await n1.announce({ draining: true, refusing: true, drain: 'd1' });
    assert.deepEqual(heard, [undefined, 'd1', undefined]);
    const nodes = await n1.nodes();
    assert(nodes.kind === 'listed');
    const { draining, refusing, drain } = nodes.items[0]!;
    assert.deepEqual({ draining, refusing, drain }, { draining: true, refusing: true, drain: 'd1' });
  },
  'a node says with each heartbeat how many of its sessions are idle then': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    let count = 0;
    await n1.announce({ draining: false, idle: () => count });
    count = 3;
    await n1.announce({ draining: true, idle: () => count });
    const nodes = await n2.nodes();
    assert(nodes.kind === 'listed');
    assert.deepEqual(Object.fromEntries(nodes.items.map(({ node, idle }) => [node, idle])), { n1: 3, n2: undefined });
  },
  'the heartbeats of some nodes are read by name': async (store) => {
    const [n1] = [await store.join('n1', 'a'), await store.join('n2', 'b'), await store.join('n3', 'c')];
    const asked = await n1.heartbeats([nodeId('n2'), nodeId('n4'), nodeId('n1')]);
    assert(asked.kind === 'listed');
    assert.deepEqual(
      asked.items.map(({ node, boot, url }) => [node, boot, url]),
      [
        ['n2', 'b', 'http://n2'],
        ['n1', 'a', 'http://n1'],
      ],
    );
  },
  'the listing tells live sessions from abandoned ones, and when it is cut': async (store) => {
    const [n1, n2] = [await store.join('n1', 'a'), await store.join('n2', 'b')];
    const [live, left] = [sessionOn('n1'), sessionOn('n2')];
    await n1.open(live);
    await n2.open(left);
    await n2.quit();
    const all = await n1.sessions();
    assert(all.kind === 'listed' && all.complete);
    const states = Object.fromEntries(all.items.map(({ id, state }) => [id, state]));
    assert.deepEqual(states, { [live.id]: 'live', [left.id]: 'abandoned' });
    assert.deepEqual(
      all.items.find(({ id }) => id === live.id),
      { ...live, node: 'n1', boot: 'a', state: 'live' },
    );
    const cut = await n1.sessions({ limit: 1 });
    assert(cut.kind === 'listed');
    assert.deepEqual([cut.items.length, cut.complete], [1, false]);
  },
  'what a client calls itself is cut and kept as it is, quotes and all': async (store) => {
    const n1 = await store.join('n1', 'a');
    await n1.open(sessionOn('n1', { client: `"},{\r\n\u2028é${'x'.repeat(100_000)}` }));
    const listed = await n1.sessions();
    assert(listed.kind === 'listed');
    assert.match(listed.items[0]?.client ?? '', /^"\},\{\r\n\u2028éx+$/);
    assert.equal(listed.items[0]?.client.length, 80);
  },
  'a session closed and opened again at once is there': async (store) => {
    const n1 = await store.join('n1', 'a');
    const session = sessionOn('n1');
    await Promise.all([n1.open(session), n1.close(session.id), n1.open(session)]);
    await n1.announce({ draining: false });
    assert.notEqual(await store.secondsLeft(session), null);
  },
  'the status counts what lives and shows nothing pending': async (store) => {
    const n1 = await store.join('n1', 'a');
    const sessions = [sessionOn('n1'), sessionOn('n1')];
    for (const session of sessions) await n1.open(session);
    await n1.close(sessions[0]?.id as Session['id']);
    const { state, live, pending, dropped } = n1.status();
    assert.deepEqual({ state, live, pending, dropped }, { state: 'ready', live: 1, pending: 0, dropped: 0 });
  },
};

/**
 * The contract of every adapter. `arrange` makes a new store for each case; `skip` says why that is not possible here.
 */
export const registryContract = (
  adapter: string,
  arrange: (t: TestContext) => Promise<SharedStore>,
  options: { readonly skip?: string | false } = {},
): void => {
  for (const [behaviour, run] of Object.entries(CASES))
    test(`${adapter}: ${behaviour}`, { skip: options.skip ?? false, timeout: 120_000 }, async (t) =>
      run(await arrange(t)),
    );
};
