import assert from 'node:assert/strict';
import test from 'node:test';
import type { Told } from './run-suite.ts';
import { rowsOf, tableText, totalOf } from './table.ts';

const told = (more: Partial<Told>): Told => ({
  ...{ area: 'a', subject: 'router', name: 'n', faults: 3, lost: 0, crossed: 0, differs: {}, saw: '', seconds: 0.5 },
  ...{ error: undefined, ...more },
});

test('a row per area and subject, and a total; failed cases do not count as survived', () => {
  const all = [told({}), told({ error: 'no', lost: 1 }), told({ subject: 'traefik', crossed: 2 }), told({ area: 'b' })];
  assert.deepEqual(
    rowsOf(all).map(({ area, subject, cases, faults, failed }) => [area, subject, cases, faults, failed]),
    [
      ['a', 'router', 2, 3, 1],
      ['a', 'traefik', 1, 3, 0],
      ['b', 'router', 1, 3, 0],
    ],
  );
  const { cases, faults, lost, crossed } = totalOf(all);
  assert.deepEqual([cases, faults, lost, crossed], [4, 9, 1, 2]);
  assert.match(tableText(all), /^area +against +cases +faults survived +lost +crossed/);
});
