import assert from 'node:assert/strict';
import test from 'node:test';
import { readOptions } from './options.ts';

test('an unknown name is refused, with the known ones', () => {
  assert.throws(() => readOptions({ quick: false, only: 'router,apache' }), {
    code: 'MISUSE',
    message: '--only knows direct, router, traefik, nginx, cluster, watched, not apache',
  });
});

test('the direct path is always measured, for the given number of rounds', () => {
  const { only, plan } = readOptions({ quick: true, only: 'traefik', rounds: '4' });
  assert.deepEqual([only, plan.rounds, plan.seconds], [['direct', 'traefik'], 4, 1]);
});
