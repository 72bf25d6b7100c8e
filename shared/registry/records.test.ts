import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeNode, decodeSession } from './records.ts';
import { parseNodeId } from './session-id.ts';
import { sessionOn } from './test-contract.ts';

test('a record with an invalid date is ignored, so that printing it cannot fail', () => {
  const { id } = sessionOn('n1');
  const read = (created: string) => decodeSession(id, `{"node":"n1","boot":"a","created":${created},"client":""}`);
  assert.equal(read('8.64e15')?.created, 8.64e15);
  for (const created of ['1e300', '-1e300', '8.65e15', '"1"', 'null']) assert.equal(read(created), null, created);
});

test('out-of-range numbers of a node are ignored', () => {
  const text = '{"boot":"b","url":"http://a","sessions":1e400,"idle":1e400}';
  const { sessions, idle } = decodeNode(parseNodeId('n1')!, text)!;
  assert.deepEqual([sessions, idle], [0, undefined]);
});
