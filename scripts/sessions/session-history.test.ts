import assert from 'node:assert/strict';
import test from 'node:test';
import { parseNodeId, parseSessionId } from '../../shared/registry/session-id.ts';
import type { NodeListing } from '../../shared/registry/session-registry.ts';
import { paintWith } from '../cli/paint.ts';
import { ageText } from './age.ts';
import { changesBetween } from './changes.ts';
import { historyText } from './history-text.ts';
import { listingText } from './listing-text.ts';
import { readLoad } from './node-load.ts';
import { historyOf } from './session-history.ts';
import { type SeenSession, type Snapshot, takeSnapshot } from './snapshot.ts';

const NOW = Date.UTC(2026, 10, 21, 10);
const uuid = (digit: number): string => `${digit}b4e28ba-2fa1-41d2-883f-0016d3cca427`;

const node = (name: string, more: Partial<NodeListing> = {}): NodeListing => ({
  node: parseNodeId(name)!,
  boot: 'now',
  url: `http://${name}:8080`,
  sessions: 1,
  draining: false,
  refusing: false,
  ...more,
});

const session = (name: string, digit: number, more: Partial<SeenSession> = {}): SeenSession => ({
  id: parseSessionId(`${name}.${uuid(digit)}`)!,
  created: NOW - 300_000,
  client: 'try/1',
  node: parseNodeId(name)!,
  boot: 'now',
  state: 'live',
  presence: 'live',
  ...more,
});

const snapshotOf = (nodes: readonly NodeListing[], sessions: readonly SeenSession[]): Snapshot => ({
  nodes,
  sessions,
  complete: true,
});

const GONE = { state: 'abandoned', presence: 'owner-gone' } as const;
const RESTARTED = { state: 'abandoned', presence: 'owner-restarted', boot: 'then' } as const;
const WORLD = snapshotOf(
  [node('n1'), node('n2', { draining: true })],
  [session('n1', 1), session('n1', 2, RESTARTED), session('n2', 3), session('n3', 4, GONE)],
);

for (const { when, id, boot, state, says } of [
  {
    when: 'it lives',
    id: `n1.${uuid(1)}`,
    boot: 'now',
    state: 'live',
    says: /n1 is alive, in the process that opened it/,
  },
  { when: 'its beginning is given', id: 'n1.1b4e', boot: 'now', state: 'live', says: /n1\.1b4e28ba… is live/ },
  {
    when: 'its node drains',
    id: `n2.${uuid(3)}`,
    boot: 'now',
    state: 'live',
    says: /n2 is draining: this session continues/,
  },
  { when: 'its node is silent', id: `n1.${uuid(1)}`, state: 'silent', says: /cannot be reached from here/ },
  {
    when: 'another process answers',
    id: `n1.${uuid(1)}`,
    boot: 'new',
    state: 'silent',
    says: /answered by another process/,
  },
  {
    when: 'its node restarted',
    id: `n1.${uuid(2)}`,
    state: 'owner-restarted',
    says: /404 with the reason owner-restarted/,
  },
  {
    when: 'its node is gone',
    id: `n3.${uuid(4)}`,
    state: 'owner-gone',
    says: /n3 has no heartbeat[\s\S]*404 with the reason owner-gone/,
  },
  {
    when: 'nobody knows it',
    id: `n1.${uuid(9)}`,
    state: 'unknown',
    says: /no record of it\n {2}n1 is alive at http:\/\/n1:8080/,
  },
  {
    when: 'its node is unknown as well',
    id: `n9.${uuid(9)}`,
    state: 'unknown',
    says: /no node with the name or tag n9 has a heartbeat\n/,
  },
  { when: 'it names no node', id: '17', state: 'no-id', says: /names no node/ },
])
  test(`the history of a session when ${when}`, () => {
    const history = historyOf({ id, snapshot: WORLD, boot });
    assert.equal(history.state, state);
    const text = historyText(id, history, paintWith(false));
    assert.match(text, says);
    assert.match(text, /\n {2}its client gets [\s\S]*\n {2}help: /);
  });

test('a node with a tag is shown by its name', () => {
  const id = `k7.${uuid(9)}`;
  const history = historyOf({ id, snapshot: snapshotOf([node('n4', { tag: 'k7' })], []), boot: undefined });
  assert.deepEqual([history.node, history.owner?.node, history.state], ['n4', 'n4', 'unknown']);
});

test('a session of a tagged node that is gone is shown with the node’s name and the tag without a heartbeat', () => {
  const gone = session('k7', 9, { ...GONE, node: parseNodeId('n4')!, tag: 'k7' });
  const history = historyOf({ id: gone.id, snapshot: snapshotOf([], [gone]), boot: undefined });
  assert.match(history.happened.join('\n'), /^opened on n4 at .*\nn4 has no heartbeat with the tag k7: /);
});

const TWICE = snapshotOf(
  [node('n1', { tag: 'k7', boot: 'a' }), node('n1', { tag: 'p3', boot: 'b', url: 'http://other:8080' })],
  [
    session('k7', 1, { node: parseNodeId('n1')!, boot: 'a' }),
    session('p3', 2, { node: parseNodeId('n1')!, boot: 'b' }),
  ],
);

test('two processes with the same name are one node, its sessions are listed once, and the fix is shown', () => {
  const listing = { snapshot: TWICE, loads: new Map(), now: NOW, most: 20, strays: [] };
  assert.equal(
    listingText(listing, paintWith(false)).split('\nage')[0],
    `2 sessions on 1 node

n1 (k7)  http://n1:8080  1 session, cannot be reached from here

n1 (p3)  http://other:8080  1 session, cannot be reached from here
  k7.1b4e28ba…   5 min  live  try/1
  p3.2b4e28ba…   5 min  live  try/1

several processes say that they are n1, with different tags
  help: stop all but the one that the topology names; the heartbeat of one that was killed goes within 10 s
`,
  );
  assert.deepEqual(changesBetween(TWICE, TWICE), []);
  const history = historyOf({ id: `p3.${uuid(2)}`, snapshot: TWICE, boot: 'b' });
  assert.deepEqual([history.state, history.owner?.url], ['live', 'http://other:8080']);
});

test('sessions are listed by node, lost ones with the reason, and unknown parts are marked', () => {
  const loads = new Map([['http://n1:8080', { streams: 2, calls: 1 }]]);
  assert.equal(
    listingText({ snapshot: WORLD, loads, now: NOW, most: 20, strays: [] }, paintWith(false)),
    `2 sessions on 2 nodes; 2 records of sessions whose process is gone

n1  http://n1:8080  1 session, 2 open answers, 1 running call
  n1.1b4e28ba…   5 min  live  try/1
  n1.2b4e28ba…   5 min  lost: its node has restarted since  try/1

n2  http://n2:8080  1 session, cannot be reached from here, draining: no new sessions
  n2.3b4e28ba…   5 min  live  try/1

n3  gone: no heartbeat
  n3.4b4e28ba…   5 min  lost: its node is gone  try/1

age: since it was opened. The registry does not know when a session was last used, or which session has a stream.
npm run sessions -- why ID shows the history of one; the start of its id is enough.`,
  );
});

for (const { what, after, events } of [
  { what: 'nothing', after: WORLD, events: [] },
  {
    what: 'a session that was opened',
    after: snapshotOf(WORLD.nodes, [...WORLD.sessions, session('n2', 5)]),
    events: ['opened n2'],
  },
  { what: 'one that ended', after: snapshotOf(WORLD.nodes, WORLD.sessions.slice(1)), events: ['ended n1'] },
  {
    what: 'a node that restarted',
    after: snapshotOf(
      [node('n1', { boot: 'new' }), WORLD.nodes[1]!],
      WORLD.sessions.map((one) => (one.node === 'n1' ? { ...one, ...RESTARTED } : one)),
    ),
    events: ['node-restarted n1', 'lost n1'],
  },
  { what: 'a node that went', after: snapshotOf([WORLD.nodes[0]!], WORLD.sessions), events: ['node-gone n2'] },
  { what: 'a node that came', after: snapshotOf([...WORLD.nodes, node('n4')], WORLD.sessions), events: ['node-up n4'] },
  {
    what: 'a drain',
    after: snapshotOf([node('n1', { draining: true }), node('n2')], WORLD.sessions),
    events: ['draining n1', 'undrained n2'],
  },
])
  test(`watching prints ${what}`, () => {
    assert.deepEqual(
      changesBetween(WORLD, after).map(({ event, node: name }) => `${event} ${name}`),
      events,
    );
  });

test('an incomplete listing does not report that a session ended', () => {
  assert.deepEqual(changesBetween(WORLD, { ...snapshotOf(WORLD.nodes, []), complete: false }), []);
});

test('a record of a process that is gone is distinguished from one of a restarted node', async () => {
  const seen = await takeSnapshot({
    nodes: async () => ({ kind: 'listed', items: [node('n10'), node('n2')], complete: true }),
    sessions: async () => ({
      kind: 'listed',
      items: [session('n2', 1, RESTARTED), session('n3', 2, GONE), session('n10', 3)],
      complete: true,
    }),
  });
  assert.ok('nodes' in seen);
  assert.deepEqual(
    seen.nodes.map((one) => one.node),
    ['n2', 'n10'],
  );
  assert.deepEqual(
    seen.sessions.map(({ presence }) => presence),
    ['owner-restarted', 'owner-gone', 'live'],
  );
});

test("a node's own counts are read from its metrics", () => {
  assert.deepEqual(readLoad('# HELP x\nmooring_streams{node="n1"} 3\nmooring_calls 1\n'), { streams: 3, calls: 1 });
  assert.equal(readLoad('up 1\n'), undefined);
});

test('ages are short, and never below zero', () => {
  assert.deepEqual([-5, 61_000, 600_000, 90_000_000, 9e8].map(ageText), ['0 s', '61 s', '10 min', '25 h', '10 d']);
});
