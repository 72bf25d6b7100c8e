import assert from 'node:assert/strict';
import test from 'node:test';
import type { Happening, RunEvent } from './event.ts';
import { checkExpectations } from './expectations.ts';
import { figuresOf, percentile } from './figures.ts';
import { htmlReport } from './report/html.ts';
import { seriesOf } from './report/series.ts';

const at = (time: number, happening: Happening): RunEvent => ({ at: time, ...happening });

const STORY: readonly RunEvent[] = [
  at(-20, { kind: 'opened', client: 0, node: 'n1' }),
  at(-10, { kind: 'opened', client: 1, node: 'n2' }),
  at(-10, { kind: 'opened', client: 2, node: 'n10' }),
  at(10, { kind: 'answered', client: 0 }),
  at(100, { kind: 'step', text: 'kill n1', done: false }),
  at(300, { kind: 'failed', client: 0, cause: 'HTTP 502' }),
  at(300, { kind: 'server-error', status: 502 }),
  at(400, { kind: 'failed', client: 0, cause: 'HTTP 404 owner-gone' }),
  at(400, { kind: 'not-found', reason: 'owner-gone' }),
  at(400, { kind: 'lost', client: 0, node: 'n1', reason: 'owner-gone' }),
  at(500, { kind: 'opened', client: 0, node: 'n2', from: 'n1' }),
  at(600, { kind: 'answered', client: 0 }),
  at(600, { kind: 'recovered', client: 0, ms: 300 }),
  at(700, { kind: 'closed', client: 1, node: 'n2' }),
  at(750, { kind: 'opened', client: 1, node: 'n2' }),
  at(800, { kind: 'lost', client: 2, node: 'n10', reason: 'closed' }),
  at(800, { kind: 'stranded', client: 2 }),
];

const figures = figuresOf(STORY, 3);

test('sessions are opened, kept, lost and moved', () => {
  assert.deepEqual(figures.sessions, { opened: 5, kept: 3, lost: 2, moved: 1, byNode: { n1: 0, n2: 2, n10: 0 } });
  assert.deepEqual([figures.stranded, figures.without], [1, 1]);
});

test('calls and refusals are counted by cause', () => {
  assert.deepEqual(figures.calls, { ok: 2, failed: 2, causes: { 'HTTP 502': 1, 'HTTP 404 owner-gone': 1 } });
  assert.deepEqual([figures.notFound, figures.serverErrors, figures.misroutes], [{ 'owner-gone': 1 }, 1, 0]);
  assert.deepEqual(figures.recovery, { count: 1, p50: 300, p99: 300, max: 300 });
});

test('without events all figures are zero', () => {
  const none = figuresOf([], 0);
  assert.deepEqual([none.sessions.opened, none.recovery.p99, none.without], [0, 0, 0]);
});

test('a client that comes back to the node it lost has not moved', () => {
  const back = [at(0, { kind: 'opened', client: 0, node: 'n1', from: 'n1' })];
  assert.equal(figuresOf(back, 1).sessions.moved, 0);
});

for (const [values, share, wanted] of [
  [[], 0.5, 0],
  [[7], 0.99, 7],
  [[1, 2, 3, 4], 0.5, 2],
  [Array.from({ length: 100 }, (_, i) => i + 1), 0.99, 99],
] as const)
  test(`${share} of ${values.length} values is ${wanted}`, () => assert.equal(percentile(values, share), wanted));

for (const [bound, holds] of [
  [2, true],
  [1, false],
  [{ least: 2 }, true],
  [{ least: 3 }, false],
  [{ most: 2 }, true],
  [{ least: 0, most: 1 }, false],
  [{}, true],
] as const)
  test(`two lost sessions ${holds ? 'fit' : 'do not fit'} ${JSON.stringify(bound)}`, () => {
    const [check] = checkExpectations({ expect: { lost: bound } }, figures);
    assert.deepEqual([check?.found, check?.holds], [2, holds]);
  });

test('slices have their events, and the sessions open at their end', () => {
  const { nodes, slices, steps } = seriesOf(STORY, 900);
  assert.deepEqual(nodes, ['n1', 'n2', 'n10']);
  assert.deepEqual(
    slices.map(({ ok, failed, sessions }) => [ok, failed, ...sessions]),
    [
      [1, 0, 1, 1, 1],
      [0, 2, 0, 1, 1],
      [1, 0, 0, 1, 1],
      [0, 0, 0, 2, 0],
    ],
  );
  assert.deepEqual(steps, [{ at: 100, text: 'kill n1' }]);
});

test('the page is self-contained, and names never become markup', () => {
  const reported = {
    proxy: 'router',
    seed: 1,
    scenario: { about: 'x' },
    run: { events: STORY, ms: 900 },
    figures,
    checks: [],
  };
  const page = htmlReport({ name: '<b>', ...reported });
  assert.doesNotMatch(page, /<b>|<script|src=|href=|NaN|undefined/);
  assert.equal(page.match(/<svg/g)?.length, 3);
});
