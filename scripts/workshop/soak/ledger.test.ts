import assert from 'node:assert/strict';
import test from 'node:test';
import { Ledger, type Word } from './ledger.ts';

const S = 'n1.00000000-0000';
const word = (more: Partial<Word> = {}): Word => ({
  session: S,
  node: 'n1',
  pid: 7,
  call: 'c1',
  count: 1,
  told: 0,
  ...more,
});

const open = (stoodStillMs = 0) => {
  let now = 1000;
  const ledger = new Ledger(
    () => now,
    () => stoodStillMs,
  );
  ledger.born('n1');
  ledger.opened(S, 'raw-1', 'n1');
  ledger.sent(S);
  return {
    ledger,
    later: (ms: number) => {
      now += ms;
    },
  };
};

const brokenBy = (act: (world: ReturnType<typeof open>) => void): readonly string[] => {
  const world = open();
  act(world);
  world.ledger.settle();
  return world.ledger.broken.map(({ invariant }) => invariant);
};

const drain = ({ ledger }: ReturnType<typeof open>, why: string, cut: number | undefined) =>
  ledger.drainEnds(ledger.drainBegins('n1'), { why, cut });

const NEEDLESS = 'nothing is lost but what a dead node or a deadline took';

const ROWS: readonly (readonly [
  what: string,
  act: (world: ReturnType<typeof open>) => void,
  broken: readonly string[],
])[] = [
  ['an answer of its own', ({ ledger }) => ledger.answered(S, 'c1', word()), []],
  ['an answer to another call', ({ ledger }) => ledger.answered(S, 'c2', word()), ['no answer crosses']],
  [
    'an answer of another session',
    ({ ledger }) => ledger.answered(S, 'c1', word({ session: 'n2.x' })),
    ['no answer crosses'],
  ],
  [
    'the same number twice',
    ({ ledger }) => {
      for (const _ of [1, 2]) ledger.answered(S, 'c1', word());
    },
    ['a counter never goes back'],
  ],
  [
    'a number higher than calls were sent',
    ({ ledger }) => ledger.answered(S, 'c1', word({ count: 2 })),
    ['no call runs twice'],
  ],
  [
    'an answer of another process',
    ({ ledger }) => {
      ledger.sent(S);
      ledger.answered(S, 'c1', word());
      ledger.answered(S, 'c1', word({ count: 2, pid: 8 }));
    },
    ['a session stays in its process'],
  ],
  [
    'events in order',
    ({ ledger }) => {
      for (const seq of [1, 2, 3]) ledger.heard(S, S, seq);
      ledger.answered(S, 'c1', word({ told: 3 }));
    },
    [],
  ],
  ['an event that is left out', ({ ledger }) => ledger.heard(S, S, 2), ['no event is lost']],
  ['an event that never comes', ({ ledger }) => ledger.answered(S, 'c1', word({ told: 1 })), ['no event is lost']],
  [
    'an event twice',
    ({ ledger }) => {
      for (const _ of [1, 2]) ledger.heard(S, S, 1);
    },
    ['no event is repeated'],
  ],
  ['an event of another session', ({ ledger }) => ledger.heard(S, 'n2.x', 1), ['no event crosses']],
  ['a session lost while its node lives', ({ ledger }) => ledger.lost(S, 'wrong-node'), [NEEDLESS]],
  [
    'a session lost with its node',
    ({ ledger }) => {
      ledger.dying('n1', 'killed');
      ledger.lost(S, 'owner-gone');
    },
    [],
  ],
  [
    'a session lost to a process that took the place of its own',
    ({ ledger }) => {
      ledger.born('n1');
      ledger.lost(S, 'owner-restarted');
    },
    [],
  ],
  [
    'a session that a deadline took and counted',
    (world) => {
      drain(world, 'deadline', 1);
      world.later(500);
      world.ledger.lost(S, 'wrong-node');
    },
    [],
  ],
  [
    'one more than the deadline counted',
    (world) => {
      const second = `${S}1`;
      world.ledger.opened(second, 'raw-2', 'n1');
      drain(world, 'deadline', 1);
      for (const session of [S, second]) world.ledger.lost(session, 'wrong-node');
    },
    [NEEDLESS],
  ],
  [
    'a session lost after a drain that said 0',
    (world) => {
      drain(world, 'empty', 0);
      world.ledger.lost(S, 'wrong-node');
    },
    [NEEDLESS],
  ],
  [
    'a session that begins after a drain is over',
    (world) => {
      drain(world, 'empty', 0);
      world.ledger.opened(`${S}1`, 'raw-2', 'n1');
    },
    ['no session begins on a node that has said it is drained'],
  ],
  [
    'a session that begins when the node is back',
    (world) => {
      drain(world, 'empty', 0);
      world.ledger.returns('n1');
      world.ledger.opened(`${S}1`, 'raw-2', 'n1');
    },
    [],
  ],
];

for (const [what, act, broken] of ROWS)
  test(`${what}: ${broken.join(', ') || 'fine'}`, () => assert.deepEqual(brokenBy(act), broken));

test('a violation is reported with the events before it', () => {
  const { ledger } = open();
  ledger.lost(S, 'wrong-node');
  ledger.settle();
  assert.match(ledger.broken[0]!.history.join('\n'), /n1 starts\n.*raw-1 opens n1\.00000000\n.*loses.*\n.*!! nothing/);
});

test('only timeouts while the machine stood still are excused', () => {
  const world = open(1500);
  world.ledger.lost(S, 'wrong-node');
  world.ledger.settle();
  world.ledger.breaks('no answer crosses', 'c1');
  const { broken, excused, losses } = world.ledger;
  const names = (list: typeof broken): readonly string[] => list.map(({ invariant }) => invariant);
  assert.deepEqual([names(broken), names(excused), losses.needless], [['no answer crosses'], [NEEDLESS], 0]);
  assert.match(excused[0]!.what, /stood still for 1500 ms/);
});

test('a session id with a tag belongs to the node that had the tag', () => {
  const { ledger } = open();
  ledger.born('n1', 'k7q2');
  ledger.opened('k7q2.00000000', 'raw-1', 'k7q2');
  ledger.lost('k7q2.00000000', 'wrong-node');
  ledger.settle();
  assert.deepEqual(ledger.losses, { died: 0, deadline: 0, needless: 1 });
});
