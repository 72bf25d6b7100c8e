import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { exampleRequest } from './test-examples.ts';
import { createWeightedRoundRobin } from './weighted-round-robin.ts';

const REQUEST = exampleRequest();

/** The choices, turn by turn; `-`: none. `up`: the servers that are up at a turn. */
const play = (weights: readonly number[], turns: number, up: (name: string, turn: number) => boolean = () => true) => {
  let turn = 0;
  const members = weights.map((weight, i) => {
    const name = String.fromCharCode(97 + i);
    return { name, weight, isUp: () => up(name, turn) };
  });
  const strategy = createWeightedRoundRobin(members);
  let order = '';
  for (; turn < turns; turn++) order += strategy.next(REQUEST)?.name ?? '-';
  return order;
};

// Each order is that of Go's container/heap with the same deadlines; differential.test.ts compares with Traefik.
const ORDERS: readonly (readonly [weights: readonly number[], order: string])[] = [
  [[1, 1], 'abababababababababababab'],
  [[1, 1, 1], 'acbcbabacacbcbabacacbcba'],
  [[1, 1, 1, 1], 'adbcbcadadbcbcadadbcbcad'],
  [[1, 1, 1, 1, 1, 1, 1], 'agbdecfcfbagededbcfgagab'],
  [[3, 1], 'aabaaaabaabaaabaaaabaaab'],
  [[1, 3], 'bbabbbbabbabbbabbbbabbba'],
  [[5, 3, 2], 'abacababacabacababacabac'],
  [[2, 2, 1], 'ababcbabacababcbabacabab'],
  [[7, 1, 1], 'aaaaaaacbaaaaaaabcaaaaaa'],
  [[10, 1], 'aaaaaaaaaabaaaaaaaaabaaa'],
  [[1, 2, 3, 4], 'dcdbcdcdbadcdbcdcdbadcdb'],
];

for (const [weights, order] of ORDERS) {
  test(`weights ${weights.join(':')} take turns as in Traefik, ties too`, () => {
    assert.equal(play(weights, order.length), order);
  });
}

const OUTAGES: readonly {
  when: string;
  weights: number[];
  down: (name: string, turn: number) => boolean;
  order: string;
}[] = [
  {
    when: 'one of three is down for a while',
    weights: [1, 1, 1],
    down: (name, turn) => name === 'b' && turn >= 6 && turn < 13,
    order: 'acbcbaacaccaacacbcbabaca',
  },
  {
    when: 'the heavy one is down for a while',
    weights: [5, 1, 1],
    down: (name, turn) => name === 'a' && turn >= 4 && turn < 12,
    order: 'aaaacbbccbbcaaaaacbaaaaa',
  },
  {
    when: 'all are down for a while: no turn is lost',
    weights: [2, 1],
    down: (_, turn) => turn >= 4 && turn < 8,
    order: 'abaa----baabaabaab',
  },
  {
    when: 'only the light one is left',
    weights: [1, 4, 2],
    down: (name, turn) => name !== 'a' && turn >= 3 && turn < 9,
    order: 'bcbaaaaaabcbbcbabcbbcbab',
  },
];

for (const { when, weights, down, order } of OUTAGES) {
  test(`turns advance even without requests when ${when}`, () => {
    assert.equal(
      play(weights, order.length, (name, turn) => !down(name, turn)),
      order,
    );
  });
}

test('a weight of zero or less is no member', () => {
  assert.equal(play([0, 1, -3], 3), 'bbb');
  assert.equal(play([0, -1], 2), '--');
  assert.equal(play([], 1), '-');
});

test('a much heavier server that is down does not delay the others', () => {
  assert.equal(
    play([2 ** 31, 2, 1], 9, (name) => name !== 'a'),
    'bcbbcbbcb',
  );
  assert.equal(
    play([2 ** 31, 1], 8, (name, turn) => name === 'b' || turn > 3),
    'bbbbaaaa',
  );
});

test('a much heavier server that comes back waits for the servers before it', () => {
  assert.equal(
    play([2 ** 31, 6, 6, 6, 6, 1], 12, (name, turn) => name !== 'a' || turn >= 3),
    'dcbeaaaaaaaa',
  );
});

test('shares are exact over every full round', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(1, 2, 4, 8), { minLength: 1, maxLength: 8 }), (weights) => {
      const round = weights.reduce((sum, weight) => sum + weight, 0);
      const order = play(weights, round * 3);
      weights.forEach((weight, i) => {
        const name = String.fromCharCode(97 + i);
        for (let from = 0; from < order.length; from += round)
          assert.equal(order.slice(from, from + round).split(name).length - 1, weight);
      });
    }),
  );
});
