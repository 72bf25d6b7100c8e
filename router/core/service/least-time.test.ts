import assert from 'node:assert/strict';
import test from 'node:test';
import { createLeastTime } from './least-time.ts';
import { exampleRequest } from './test-examples.ts';

const REQUEST = exampleRequest();

const build = (weights: Readonly<Record<string, number>>, down: readonly string[] = []) => {
  const members = Object.entries(weights).map(([name, weight]) => ({ name, weight, isUp: () => !down.includes(name) }));
  const strategy = createLeastTime(members);
  const track = (name: string, pinned = false) =>
    strategy.track!(members.find((member) => member.name === name)!, pinned);
  /** This many requests, each answered after this many milliseconds. */
  const measured = (name: string, time: number, times = 1) => {
    for (let i = 0; i < times; i++) {
      const tracking = track(name);
      tracking.begun();
      tracking.answered(time);
      tracking.ended();
    }
  };
  const order = (turns: number) => Array.from({ length: turns }, () => strategy.next(REQUEST)?.name ?? '-').join('');
  return { track, measured, order };
};

test('before any measurement servers take turns by weight', () => {
  assert.equal(build({ a: 1, b: 1, c: 1 }).order(9), 'aababcabc');
  assert.equal(build({ a: 2, b: 1 }).order(6), 'aaabaa');
  assert.equal(build({ a: 1, b: 4 }).order(10), 'abbbabbbba');
  assert.equal(build({ a: 0, b: 1, c: -1 }).order(2), 'bb');
  assert.equal(build({}).order(1), '-');
});

test('the lowest average of whole milliseconds wins', () => {
  const even = build({ a: 1, b: 1 });
  even.measured('a', 10.9);
  even.measured('b', 10.1);
  assert.equal(even.order(1), 'a');
  const { measured, order } = build({ a: 1, b: 1 });
  measured('a', 10.9);
  measured('b', 11.2);
  assert.equal(order(2), 'aa');
  measured('a', 14);
  assert.equal(order(2), 'bb');
});

test('the average counts only the answers so far', () => {
  const { measured, order } = build({ a: 1, b: 1 });
  measured('a', 10);
  measured('b', 9, 3);
  assert.equal(order(1), 'b');
});

test('a request won by time does not count as a turn among equals', () => {
  const { measured, order } = build({ a: 1, b: 1 });
  measured('a', 10);
  measured('b', 15);
  assert.equal(order(5), 'aaaaa');
  measured('b', 5);
  assert.equal(order(2), 'aa');
  assert.equal(order(1), 'b');
});

test('requests in flight multiply it and weight divides it', () => {
  const { measured, order, track } = build({ a: 1, b: 1 });
  measured('a', 10);
  measured('b', 15);
  const flying = track('a');
  flying.begun();
  assert.equal(order(1), 'b');
  flying.ended();
  assert.equal(order(1), 'a');
  const heavy = build({ a: 1, b: 4 });
  heavy.measured('a', 10);
  heavy.measured('b', 30);
  assert.equal(heavy.order(1), 'b');
});

test('only the last hundred answers count', () => {
  const { measured, order } = build({ a: 1, b: 1 });
  measured('a', 1000, 50);
  measured('b', 500, 100);
  measured('a', 10, 100);
  assert.equal(order(1), 'a');
  measured('b', 5, 99);
  assert.equal(order(1), 'b');
});

test('requests that a cookie pins are not measured', () => {
  const { measured, order, track } = build({ a: 1, b: 1 });
  measured('a', 10);
  measured('b', 15);
  const pinned = track('a', true);
  pinned.begun();
  pinned.answered(5000);
  assert.equal(order(1), 'a');
});

test('a server that is down is not chosen', () => {
  assert.equal(build({ a: 1, b: 1 }, ['a']).order(3), 'bbb');
  assert.equal(build({ a: 1, b: 1 }, ['a', 'b']).order(1), '-');
});
