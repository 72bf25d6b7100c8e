import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeNode, decodeSession } from './records.ts';
import { parseNodeId } from './session-id.ts';
import { sessionOn } from './test-contract.ts';

test('a session of no date is no record, so that nobody fails to tell the date', () => {
  const { id } = sessionOn('n1');
  const read = (created: string) => decodeSession(id, `{"node":"n1","boot":"a","created":${created},"client":""}`);
  assert.equal(read('8.64e15')?.created, 8.64e15);
  for (const created of ['1e300', '-1e300', '8.65e15', '"1"', 'null']) assert.equal(read(created), null, created);
});

test('numbers of a node that are beyond all numbers do not count', () => {
  const text = '{"boot":"b","url":"http://a","sessions":1e400,"idle":1e400}';
  const { sessions, idle } = decodeNode(parseNodeId('n1')!, text)!;
  assert.deepEqual([sessions, idle], [0, undefined]);
});
