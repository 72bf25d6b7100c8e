import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleRequest } from './test-examples.ts';
import { createTwoChoices } from './two-choices.ts';

const REQUEST = exampleRequest();

const build = (draws: readonly number[], down: readonly string[] = []) => {
  const members = ['a', 'b', 'c', 'd'].map((name) => ({
    name,
    weight: name === 'd' ? 0 : 1,
    isUp: () => !down.includes(name),
  }));
  let drawn = 0;
  const strategy = createTwoChoices(members, () => draws[drawn++ % draws.length]!);
  const load = (name: string, requests: number) => {
    const tracking = strategy.track!(members.find((member) => member.name === name)!, true);
    for (let i = 0; i < requests; i++) tracking.begun();
    return tracking;
  };
  return { next: () => strategy.next(REQUEST)?.name, load };
};

test('the one of two with fewer requests in flight is chosen, the first of equals', () => {
  const { next, load } = build([0, 0.25]);
  assert.equal(next(), 'a');
  load('a', 1);
  assert.equal(next(), 'b');
  load('b', 1);
  assert.equal(next(), 'a');
});

test('each draw is an index among the servers that are up', () => {
  assert.equal(build([0.5, 0]).next(), 'c');
  const { next, load } = build([0, 0.99]);
  load('a', 1);
  assert.equal(next(), 'd');
});

test('a server that is drawn twice is compared with the next one, wrapping around', () => {
  const { next, load } = build([0.99, 0.99]);
  load('d', 1);
  assert.equal(next(), 'a');
});

test('a finished request no longer counts', () => {
  const { next, load } = build([0, 0.25]);
  const tracking = load('a', 1);
  assert.equal(next(), 'b');
  tracking.ended();
  assert.equal(next(), 'a');
});

test('weights do not count, not even zero', () => {
  assert.equal(build([0.99, 0]).next(), 'd');
});

test('only servers that are up are drawn', () => {
  assert.equal(build([0, 0.5], ['a', 'b']).next(), 'c');
  assert.equal(build([0.9, 0.9], ['a', 'b', 'd']).next(), 'c');
  assert.equal(build([0], ['a', 'b', 'c', 'd']).next(), undefined);
});
