import assert from 'node:assert/strict';
import test from 'node:test';
import { dynamicOf, listen, startRouter } from '../../dashboard/test-bench.ts';
import { Observers } from './observers.ts';

test('an observer is notified of each decision and of the end, until it is removed', async (t) => {
  const server = await listen(t, (_, res) => res.end('ok'));
  const { router, url } = await startRouter(t, [server]);
  const told: string[] = [];
  let over = (): void => {};
  const leave = router.observe({
    began: (x) => told.push(`began ${x.asked} ${x.reason}`),
    ended: (x, record) => {
      told.push(`ended ${x.asked} ${record.status} ${record.serverUrl === server}`);
      over();
    },
  });
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  await (await fetch(`${url}/mcp?a=1`)).text();
  await ended;
  leave();
  await (await fetch(`${url}/mcp`)).text();
  assert.deepEqual(told, ['began /mcp?a=1 no-cookie', 'ended /mcp?a=1 200 true']);
});

test('an observer is notified of reloads, including refused ones', async (t) => {
  const { router } = await startRouter(t, ['http://127.0.0.1:1']);
  const told: boolean[] = [];
  router.observe({ reloaded: (applied) => told.push(applied) });
  router.apply(dynamicOf(['http://127.0.0.1:2']));
  router.refused();
  assert.deepEqual(told, [true, false]);
});

test('an observer that throws is removed, and the others are still notified', () => {
  const failures: unknown[] = [];
  const told: string[] = [];
  const observers = new Observers((error) => failures.push(error));
  observers.add({
    reloaded: () => {
      throw new Error('broken');
    },
  });
  observers.add({ reloaded: () => told.push('second') });
  for (let i = 0; i < 2; i++) observers.notify((one) => one.reloaded?.(true));
  assert.equal(failures.length, 1);
  assert.deepEqual(told, ['second', 'second']);
});
