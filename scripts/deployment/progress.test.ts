import assert from 'node:assert/strict';
import test from 'node:test';
import type { Seen } from './node-status.ts';
import { endedBy, SETTLE_MS, START, step, UNHEARD_MS } from './progress.ts';

type SeenNode = Extract<Seen, { kind: 'seen' }>;

const NODE = {
  kind: 'seen',
  boot: 'b',
  url: 'http://n2',
  drain: undefined,
  refusing: undefined,
  silent: undefined,
} as const;
/** A node that does not support marks. */
const of = (...ids: string[]): SeenNode => ({ ...NODE, live: ids.length, ids: new Set(ids) });
/** A node that has acknowledged this drain. */
const heard = (...ids: string[]): SeenNode => ({ ...of(...ids), drain: 'd1', refusing: false });
const refusing = (...ids: string[]): SeenNode => ({ ...heard(...ids), refusing: true });
const TERMS = { drain: 'd1', settleMs: 15_000 };
const SETTLED = TERMS.settleMs + 1;
const AWAY: Seen = { kind: 'away', why: 'Redis cannot be reached' };
const UNSEEN: Seen = { kind: 'unseen' };
const LATER = SETTLE_MS + 1;

/** The events over a series of polls, each at its time, and how it ends. */
const over = (...looks: readonly (readonly [number, Seen])[]): readonly string[] => {
  let progress = START;
  const told: string[] = [];
  for (const [at, seen] of looks) {
    const next = step(progress, { seen, elapsedMs: at, terms: TERMS });
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
    what: 'how many of them are idle is told when that changes, and never as more than there are',
    looks: [
      [0, { ...of('a', 'b'), idle: 0 }],
      [1, { ...of('a', 'b'), idle: 2 }],
      [2, { ...of('a', 'b'), idle: 2 }],
      [3, { ...of('a'), idle: 2 }],
    ],
    told: ['sessions 2 0', 'sessions 2 2', 'sessions 1 1'],
  },
  {
    what: 'a node that refuses and has none is empty, by its own word',
    looks: [
      [0, heard('a')],
      [SETTLED, refusing('a')],
      [SETTLED + 1, refusing()],
    ],
    told: ['sessions 1', 'heard', 'refusing', 'sessions 0', 'empty'],
  },
  {
    what: 'a node that has none and does not refuse yet is not empty, however long it takes',
    looks: [
      [0, heard()],
      [SETTLED * 100, heard()],
    ],
    told: ['sessions 0', 'heard'],
  },
  {
    what: 'a node that hears of drains, and has not heard of this one, is not empty, however long it takes',
    looks: [
      [0, { ...of(), refusing: false, silent: 'no heartbeat' }],
      [SETTLED * 100, { ...of(), refusing: false, silent: 'no heartbeat' }],
    ],
    told: ['sessions 0', 'silent no heartbeat', 'unheard'],
  },
  {
    what: 'what it refuses for another drain is not the word of this one',
    looks: [[0, { ...refusing(), drain: 'd0' }]],
    told: ['sessions 0'],
  },
  {
    what: 'a node that knows no marks is empty when every proxy should have followed',
    looks: [
      [0, of('a')],
      [UNHEARD_MS, of()],
      [SETTLED, of()],
    ],
    told: ['sessions 1', 'sessions 0', 'unheard', 'empty'],
  },
  {
    what: 'a node without a heartbeat that answers for itself is not gone',
    looks: [
      [0, heard('a')],
      [LATER, { ...heard('a'), ids: undefined, silent: 'no heartbeat' }],
      [LATER * 100, { ...refusing(), ids: undefined, silent: 'no heartbeat' }],
    ],
    told: ['sessions 1', 'heard', 'silent no heartbeat', 'sessions 0', 'refusing', 'empty'],
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

for (const { when, looks, ended } of [
  { when: 'refuses and has none', looks: [refusing()], ended: 0 },
  { when: 'refuses and has one', looks: [refusing('a')], ended: 1 },
  { when: 'has one and takes more', looks: [heard('a')], ended: 1 },
  { when: 'has none and takes more', looks: [heard()], ended: undefined },
  { when: 'had none, and cannot be asked any more', looks: [refusing(), AWAY], ended: undefined },
  { when: 'had none, and is not seen any more', looks: [refusing(), UNSEEN], ended: undefined },
  { when: 'was never seen', looks: [UNSEEN], ended: undefined },
] as const)
  test(`at the deadline ${ended ?? 'an unknown number of'} sessions end on a node that ${when}`, () => {
    let progress = START;
    for (const seen of looks) progress = step(progress, { seen, elapsedMs: 0, terms: TERMS }).progress;
    assert.equal(endedBy(progress), ended);
  });
