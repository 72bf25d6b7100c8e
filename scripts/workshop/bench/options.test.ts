import assert from 'node:assert/strict';
import test from 'node:test';
import { readOptions } from './options.ts';

test('a name that is none is refused, with those that there are', () => {
  assert.throws(() => readOptions({ quick: false, only: 'router,apache' }), {
    code: 'MISUSE',
    message: '--only knows direct, router, traefik, nginx, cluster, watched, not apache',
  });
});

test('the direct path is measured whatever else is, in as many rounds as are asked for', () => {
  const { only, plan } = readOptions({ quick: true, only: 'traefik', rounds: '4' });
  assert.deepEqual([only, plan.rounds, plan.seconds], [['direct', 'traefik'], 4, 1]);
});
