import assert from 'node:assert/strict';
import test from 'node:test';
import { quantile, rowsOf, type Samples, spread, tableOf } from './report.ts';
import { inTurn } from './rounds.ts';

const samples: Samples = {
  metric: { name: 'POST, 64 connections', unit: 'requests/s', better: 'more' },
  bySubject: new Map([
    ['direct', [1000, 2000, 1000]],
    ['router', [500, 1200, 450]],
    ['traefik', [250, 400, 300]],
  ]),
};

test('a ratio compares figures of the same round, and its median is over rounds', () => {
  const router = rowsOf(samples).find((row) => row.subject === 'router');
  assert.deepEqual(router?.toDirect, { median: 0.5, min: 0.45, max: 0.6 });
  assert.deepEqual(router?.toTraefik, { median: 2, min: 1.5, max: 3 });
});

test('the median of an even number lies between the middle two', () => {
  assert.deepEqual(spread([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
  assert.deepEqual(spread([7]), { median: 7, min: 7, max: 7 });
});

test('without Traefik there is no column for it', () => {
  const bySubject = new Map([...samples.bySubject].filter(([name]) => name !== 'traefik'));
  const table = tableOf([{ ...samples, bySubject }]);
  assert.doesNotMatch(table, /Traefik/);
  assert.match(table, /router +500 +0\.50 \(0\.45-0\.60\)$/m);
});

test('a quantile is one of the values, whatever their order', () => {
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map((share) => quantile([4, 1, 3, 2], share)),
    [1, 3, 4, 4],
  );
  assert.equal(quantile([], 0.5), 0);
});

test('over two rounds each of two subjects comes first once', () => {
  assert.deepEqual(
    [0, 1].map((round) => inTurn(['a', 'b'], round)),
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
  );
});
