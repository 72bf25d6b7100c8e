import assert from 'node:assert/strict';
import test from 'node:test';
import { type SeenSession, Sessions } from './sessions.ts';
import { Versions } from './versions.ts';

const start = () => {
  let time = 1_000_000;
  const news: string[] = [];
  const sessions = new Sessions({
    versions: new Versions(),
    now: () => time,
    news: {
      lost: ({ id }) => news.push(`lost ${id}`),
      back: ({ id }, before) => news.push(`back ${before.id} as ${id}`),
      moved: ({ id, node }, from) => news.push(`moved ${id} ${from} ${node}`),
    },
  });
  const find = (id: string): SeenSession | undefined => [...sessions.all].find((one) => one.id === id);
  const pass = (milliseconds: number): void => {
    time += milliseconds;
  };
  const answered = (sighting: { id: string; node: number; agent: string; startedAt?: number }): void =>
    sessions.answered({ startedAt: time, ...sighting });
  return { sessions, news, find, pass, answered };
};

const identity = ({ client, agent }: SeenSession): string => client || agent;

test('a session is lost when its node goes down, and back when its client opens a new one elsewhere', () => {
  const { sessions, news, find, pass, answered } = start();
  answered({ id: 'n1.a', node: 0, agent: 'one' });
  answered({ id: 'n2.b', node: 1, agent: 'two' });
  pass(5000);
  sessions.nodeIs(0, 'lost');
  assert.equal(find('n1.a')?.state, 'lost');
  assert.equal(find('n2.b')?.state, 'live');
  pass(500);
  answered({ id: 'n2.c', node: 1, agent: 'one' });
  sessions.link(identity);
  assert.deepEqual(find('n2.c')?.from, { id: 'n1.a', node: 0 });
  assert.deepEqual(find('n1.a')?.to, { id: 'n2.c', node: 1 });
  assert.equal(find('n1.a')?.state, 'back');
  assert.deepEqual(news, ['lost n1.a', 'back n1.a as n2.c']);
});

test('registry entries have their kind, and a handle does not replace a lost session', () => {
  const { sessions, find, pass } = start();
  const listed = (id: string, kind?: 'handle' | 'task') =>
    ({ id, node: id.slice(0, 2), client: 'one', created: 1_000_000, state: 'live', ...(kind && { kind }) }) as const;
  const nodeOf = (id: string): number => Number(id.slice(1));
  sessions.listed([listed('n1.a')], nodeOf, true);
  pass(5000);
  sessions.nodeIs(1, 'lost');
  const later = { created: 1_006_000 };
  sessions.listed(
    [
      { ...listed('n2.b', 'handle'), ...later },
      { ...listed('n2.c', 'task'), ...later },
    ],
    nodeOf,
    false,
  );
  sessions.link(identity);
  assert.deepEqual([find('n1.a')?.kind, find('n2.b')?.kind, find('n2.c')?.kind], [undefined, 'handle', 'task']);
  assert.equal(find('n1.a')?.state, 'lost');
  sessions.listed([{ ...listed('n2.d'), ...later }], nodeOf, false);
  sessions.link(identity);
  assert.deepEqual(find('n2.d')?.from, { id: 'n1.a', node: 1 });
});

test('a new client is not taken for one that came back', () => {
  const { sessions, find, pass, answered } = start();
  answered({ id: 'n1.a', node: 0, agent: 'one' });
  pass(5000);
  sessions.missed('n1.a');
  answered({ id: 'n2.b', node: 1, agent: 'other' });
  sessions.link(identity);
  assert.equal(find('n2.b')?.from, undefined);
  assert.equal(find('n1.a')?.state, 'lost');
});

test('a session older than the loss is not taken for its successor', () => {
  const { sessions, find, pass, answered } = start();
  answered({ id: 'n1.a', node: 0, agent: 'one' });
  answered({ id: 'n2.b', node: 1, agent: 'one' });
  pass(5000);
  sessions.nodeIs(0, 'lost');
  sessions.link(identity);
  assert.equal(find('n1.a')?.state, 'lost');
});

test('a frozen node stalls its sessions and frees them when it thaws', () => {
  const { sessions, find, news, answered } = start();
  answered({ id: 'n1.a', node: 0, agent: 'one' });
  sessions.nodeIs(0, 'stalled');
  assert.equal(find('n1.a')?.state, 'stalled');
  sessions.nodeIs(0, 'live');
  assert.equal(find('n1.a')?.state, 'live');
  assert.deepEqual(news, []);
});

test('a session answered by another node has moved', () => {
  const { news, answered } = start();
  answered({ id: 'a', node: 0, agent: 'one' });
  answered({ id: 'a', node: 2, agent: 'one' });
  assert.deepEqual(news, ['moved a 0 2']);
});

test('a session that the registry no longer lists has ended, unless the list is truncated or the session is new', () => {
  const { sessions, find, pass, answered } = start();
  answered({ id: 'n1.a', node: 0, agent: '' });
  sessions.listed([], () => 0, true);
  assert.ok(find('n1.a'));
  pass(10_000);
  sessions.listed([], () => 0, false);
  assert.ok(find('n1.a'));
  sessions.listed([], () => 0, true);
  assert.equal(find('n1.a'), undefined);
  assert.deepEqual(sessions.changedSince(1).gone, ['n1.a']);
});

test('the registry adds client names and unused sessions, but no old losses', () => {
  const { sessions, find } = start();
  const row = { client: 'editor/1', created: 5, node: 'n1' };
  sessions.listed(
    [
      { ...row, id: 'n1.a', state: 'live' },
      { ...row, id: 'n1.b', state: 'abandoned' },
    ],
    () => 0,
    true,
  );
  assert.equal(find('n1.a')?.client, 'editor/1');
  assert.equal(find('n1.b'), undefined);
});

test('no more sessions are kept than there is room for', () => {
  const { sessions, answered } = start();
  for (let i = 0; i < 6000; i++) answered({ id: `s${i}`, node: 0, agent: '' });
  assert.equal([...sessions.all].length, 5000);
});

test('the end of a stream that began before its node went down does not make the session live again', () => {
  const { sessions, news, find, pass, answered } = start();
  answered({ id: 'n1.a', node: 0, agent: 'one' });
  pass(5000);
  sessions.nodeIs(0, 'lost');
  pass(10);
  answered({ id: 'n1.a', node: 0, agent: 'one', startedAt: 1_004_000 });
  sessions.missed('n1.a');
  assert.deepEqual([find('n1.a')?.state, news], ['lost', ['lost n1.a']]);
  answered({ id: 'n1.a', node: 0, agent: 'one' });
  assert.equal(find('n1.a')?.state, 'live');
});
