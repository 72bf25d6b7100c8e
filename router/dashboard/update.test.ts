import assert from 'node:assert/strict';
import test from 'node:test';
import { LiveState } from './live-state.ts';
import { listen, startRouter } from './test-bench.ts';
import { Timeline } from './timeline.ts';
import { Reader, SHOWN } from './update.ts';
import { Versions } from './versions.ts';

type Row = { readonly id: number; readonly status: number; readonly open: boolean };
type Update = { readonly reset?: true; readonly requests?: readonly Row[]; readonly dropped?: readonly number[] };

test('a page gets everything first, then only changes', async (t) => {
  const server = await listen(t, (_, res) => res.end('ok'));
  const { router, url } = await startRouter(t, [server]);
  const live = new LiveState({ router, cluster: undefined, now: () => 1000 });
  router.observe(live);
  const reader = new Reader(live, '');
  const first = reader.next() as Update;
  assert.equal(first.reset, true);
  assert.equal(reader.next(), undefined);
  // All of these are kept, however fast they arrive.
  for (let i = 0; i < SHOWN + 50; i++) assert.equal((await fetch(`${url}/nowhere`)).status, 404);
  const { requests, reset } = reader.next() as Update;
  assert.equal(reset, undefined);
  assert.equal(requests?.length, SHOWN);
  assert.deepEqual(
    requests.map(({ id }) => id),
    requests.map((_, i) => requests[0]!.id - i),
  );
});

test('above a readable rate only some requests are kept, and all are counted', async (t) => {
  const server = await listen(t, (_, res) => res.end('ok'));
  const { router, url } = await startRouter(t, [server]);
  // A frozen clock: everything happens at the same time.
  t.mock.timers.enable({ apis: ['Date'], now: 5_000 });
  const live = new LiveState({ router, cluster: undefined, now: () => 1000 });
  router.observe(live);
  for (let i = 0; i < 120; i++) await (await fetch(`${url}/mcp`)).text();
  assert.equal(live.requests.changedSince(0).length, 50);
  assert.equal(live.nodes.at(server).requests, 120);
});

test('a request that no longer matches the filter is removed', async (t) => {
  let finish = (): void => {};
  const came = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const held: (() => void)[] = [];
  const server = await listen(t, (_, res) => {
    held.push(() => res.end('ok'));
    finish();
  });
  const { router, url } = await startRouter(t, [server]);
  const live = new LiveState({ router, cluster: undefined, now: () => 1000 });
  router.observe(live);
  const reader = new Reader(live, 'is:open');
  reader.next();
  const answer = fetch(`${url}/mcp`);
  await came;
  assert.deepEqual(
    (reader.next() as Update).requests?.map(({ open }) => open),
    [true],
  );
  const over = new Promise<void>((resolve) => router.observe({ ended: () => resolve() }));
  held[0]?.();
  await (await answer).text();
  await over;
  assert.deepEqual((reader.next() as Update).dropped, [1]);
});

test('events of one kind in quick succession are merged and counted', () => {
  let now = 0;
  const timeline = new Timeline(3, new Versions(), () => now);
  const lost = (count: number): string => `${count} lost`;
  timeline.add('lost', 'n1', lost);
  timeline.add('lost', 'n1', lost);
  timeline.add('lost', 'n2', lost);
  timeline.add('down', 'n1', () => 'down');
  timeline.add('down', 'n1', () => 'down');
  now = 60_000;
  timeline.add('lost', 'n1', lost);
  assert.deepEqual(
    timeline.changedSince(0).map(({ node, text }) => `${node} ${text}`),
    ['n2 1 lost', 'n1 down', 'n1 1 lost'],
  );
});
