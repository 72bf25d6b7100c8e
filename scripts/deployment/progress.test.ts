import assert from 'node:assert/strict';
import test from 'node:test';
import type { Seen } from './live-sessions.ts';
import { SETTLE_MS, START, step } from './progress.ts';

const of = (...ids: string[]): Seen => ({ kind: 'seen', live: ids.length, ids: new Set(ids), boot: 'b' });
const AWAY: Seen = { kind: 'away', why: 'Redis cannot be reached' };
const UNSEEN: Seen = { kind: 'unseen' };
const LATER = SETTLE_MS + 1;

/** What is told over a row of looks, each at its time, and how it ends. */
const over = (...looks: readonly (readonly [number, Seen])[]): readonly string[] => {
  let progress = START;
  const told: string[] = [];
  for (const [at, seen] of looks) {
    const next = step(progress, seen, at);
    progress = next.progress;
    for (const event of next.events) told.push(Object.values(event).join(' '));
    if (next.over !== undefined) told.push(next.over);
  }
  return told;
};

for (const row of [
  {
    what: 'a count is told when it changes',
    looks: [
      [0, of('a', 'b')],
      [1, of('a', 'b')],
      [2, of('a')],
    ],
    told: ['sessions 2', 'sessions 1'],
  },
  {
    what: 'the last session ends',
    looks: [
      [0, of('a')],
      [LATER, of()],
    ],
    told: ['sessions 1', 'sessions 0', 'empty'],
  },
  { what: 'none is there before Traefik follows: one may still come', looks: [[0, of()]], told: ['sessions 0'] },
  {
    what: 'one that came before Traefik follows is no surprise',
    looks: [
      [0, of()],
      [LATER, of('a')],
    ],
    told: ['sessions 0', 'sessions 1'],
  },
  {
    what: 'one that comes after is told, once',
    looks: [
      [0, of('a')],
      [LATER, of('a')],
      [LATER + 1, of('a', 'b')],
      [LATER + 2, of('a', 'b', 'c')],
    ],
    told: ['sessions 1', 'sessions 2', 'newcomers 1', 'sessions 3'],
  },
  {
    what: 'a registry that is away proves nothing, and is told once',
    looks: [
      [0, of('a')],
      [LATER, AWAY],
      [LATER + 1, AWAY],
      [LATER + 2, of('a')],
    ],
    told: ['sessions 1', 'registry-away Redis cannot be reached', 'registry-back'],
  },
  {
    what: 'a node that never was there is not empty',
    looks: [
      [0, UNSEEN],
      [1, UNSEEN],
      [LATER * 100, UNSEEN],
    ],
    told: ['unseen'],
  },
  {
    what: 'a node that was there and is no more is gone, after a while',
    looks: [
      [0, of('a')],
      [1000, UNSEEN],
      [2000, UNSEEN],
      [LATER * 100, UNSEEN],
    ],
    told: ['sessions 1', 'gone'],
  },
  {
    what: 'a node that comes back is not gone',
    looks: [
      [0, of('a')],
      [1000, UNSEEN],
      [2000, of('a')],
      [LATER * 100, UNSEEN],
    ],
    told: ['sessions 1'],
  },
] satisfies { what: string; looks: [number, Seen][]; told: string[] }[]) {
  test(`while a node drains: ${row.what}`, () => assert.deepEqual(over(...row.looks), row.told));
}
