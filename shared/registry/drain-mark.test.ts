import assert from 'node:assert/strict';
import test from 'node:test';
import { type DrainMark, decodeMark, encodeMark } from './drain-mark.ts';

const MARK: DrainMark = {
  id: 'd1',
  boot: 'b1',
  url: 'http://n1:8080',
  since: 1_700_000_000_000,
  by: 'ada@host',
  settleMs: 15_000,
  marginMs: 4000,
  lifted: false,
};

test('a mark is read as it was written, bound or not, lifted or not', () => {
  for (const mark of [MARK, { ...MARK, boot: undefined }, { ...MARK, lifted: true }, { ...MARK, idleMs: 300_000 }])
    assert.deepEqual(decodeMark(encodeMark(mark)), mark);
});

for (const [what, text] of [
  ['nothing', null],
  ['no JSON', '{'],
  ['a list', '[]'],
  ['another key’s value', JSON.stringify({ boot: 'a', url: 'http://n1' })],
  ['a mark without an end', encodeMark({ ...MARK, settleMs: Number.POSITIVE_INFINITY })],
  ['a mark that waits for ever', encodeMark({ ...MARK, settleMs: 1e12 })],
  ['a mark that goes back in time', encodeMark({ ...MARK, marginMs: -1 })],
  ['a mark that ends idle sessions before they were', encodeMark({ ...MARK, idleMs: -1 })],
  ['a mark whose idle time is no number', JSON.stringify({ ...MARK, idleMs: '5m' })],
  ['a mark for a process without a name', encodeMark({ ...MARK, boot: '' })],
  ['a mark of a megabyte', encodeMark({ ...MARK, id: 'x'.repeat(1024 * 1024) })],
  ['a mark with much beside it', JSON.stringify({ ...MARK, more: 'x'.repeat(20_000) })],
  ['a mark whose id would steer a terminal', encodeMark({ ...MARK, id: 'd\u009b2J' })],
] as const) {
  test(`${what} is not a mark`, () => assert.equal(decodeMark(text), null));
}

test('the name of who began a drain cannot control the terminal that shows it', () => {
  assert.equal(decodeMark(encodeMark({ ...MARK, by: 'a\u009b2J\u202eb' }))?.by, 'a\\u009b2J\\u202eb');
});
