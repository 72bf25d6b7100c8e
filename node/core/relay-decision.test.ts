import assert from 'node:assert/strict';
import test from 'node:test';
import { type Heartbeat, type KnownNode, nodesForNewSession, ownerToAsk } from './relay-decision.ts';

const known: readonly KnownNode[] = [
  { id: 'n1', url: 'http://a:1', state: 'active' },
  { id: 'n2', url: 'http://b:80', state: 'draining' },
  { id: 'n3', url: 'http://c:3', state: 'active' },
  { id: 'n4', url: 'http://d:4', state: 'active' },
];
const beat = (node: string, url: string, more: Partial<Heartbeat> = {}): Heartbeat => ({
  node,
  url,
  draining: false,
  sessions: 0,
  ...more,
});
const heartbeats = [beat('n1', 'http://a:1'), beat('n2', 'http://b'), beat('n3', 'http://c:3'), beat('x', 'http://x')];
const facts = { self: 'n1', marked: false, known, heartbeats };

for (const { owner, change = {}, decided } of [
  { owner: 'n2', decided: 'http://b:80' },
  { owner: 'n2', change: { marked: true }, decided: 'marked' },
  { owner: 'n1', decided: 'own' },
  { owner: 'n3', change: { url: 'http://c:3/mcp' }, decided: 'own' },
  { owner: 'n3', change: { url: 'http://a:1' }, decided: 'http://c:3' },
  { owner: 'x', decided: 'not-in-topology' },
  { owner: 'n4', decided: 'no-heartbeat' },
  { owner: 'n3', change: { heartbeats: [beat('n3', 'http://evil:3')] }, decided: 'another-address' },
  { owner: 'n3', change: { heartbeats: [beat('n3', 'no url')] }, decided: 'another-address' },
])
  test(`a session of ${owner} with ${JSON.stringify(change)}: ${decided}`, () => {
    const decision = ownerToAsk(owner, { ...facts, ...change });
    assert.equal(decision.kind === 'relay' ? decision.peer.url : decision.why, decided);
  });

test('a new session goes to active nodes that accept sessions, the emptiest first', () => {
  const offered = (beats: readonly Heartbeat[], marked = false): readonly string[] =>
    nodesForNewSession({ ...facts, marked, heartbeats: beats }).map(({ node }) => node);
  const n3 = beat('n3', 'http://c:3', { sessions: 5 });
  assert.deepEqual(offered([...heartbeats.slice(0, 2), n3, beat('n4', 'http://d:4', { sessions: 2 })]), ['n4', 'n3']);
  assert.deepEqual(offered([n3, beat('n4', 'http://d:4', { draining: true })]), ['n3']);
  assert.deepEqual(offered([n3], true), []);
});
