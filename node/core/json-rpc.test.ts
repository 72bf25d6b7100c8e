import assert from 'node:assert/strict';
import test from 'node:test';
import { callerId, type Message, parseMessages } from './json-rpc.ts';

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const parse = (body: string | Uint8Array) => parseMessages(typeof body === 'string' ? Buffer.from(body) : body);
const nested = (depth: number) =>
  `{"jsonrpc":"2.0","id":1,"method":"x","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;

for (const [what, body, code] of [
  ['nothing', '', -32700],
  ['half a message', '{"jsonrpc":"2.0"', -32700],
  ['NaN', '{"jsonrpc":"2.0","id":NaN,"method":"x"}', -32700],
  ['a byte order mark', '\ufeff{"jsonrpc":"2.0","id":1,"method":"x"}', -32700],
  ['a null', 'null', -32600],
  ['a number', '1', -32600],
  ['an empty object', '{}', -32600],
  ['an empty batch', '[]', -32600],
  ['a batch in a batch', JSON.stringify([[PING]]), -32600],
  ['101 messages', JSON.stringify(Array(101).fill(PING)), -32600],
  ['another version', '{"jsonrpc":"1.0","id":1,"method":"x"}', -32600],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"x"}', -32600],
  ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"x"}', -32600],
  ['an id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"x"}', -32600],
  ['an answer without an id', '{"jsonrpc":"2.0","result":{}}', -32600],
  ['127 levels in one message', nested(128), -32600],
  ['100,000 levels', nested(100_000), -32600],
  ['100,000 open brackets', '['.repeat(100_000), -32600],
] as const)
  test(`${what} is refused with ${code}`, () => {
    const found = parse(body);
    assert.equal(found.kind === 'bad' && found.code, code);
  });

test('text that is not UTF-8 is refused', () => {
  const found = parse(Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":"'), Buffer.from([0xff]), Buffer.from('"}')]));
  assert.equal(found.kind === 'bad' && found.code, -32700);
});

for (const [what, body] of [
  ['a request', JSON.stringify(PING)],
  ['a notification', '{"jsonrpc":"2.0","method":"x"}'],
  ['an answer', '{"jsonrpc":"2.0","id":"a","result":{}}'],
  ['an error', '{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":""}}'],
  ['100 messages', JSON.stringify(Array(100).fill(PING))],
  ['brackets in a string', JSON.stringify({ ...PING, params: { text: `"\\${'['.repeat(1000)}` } })],
  ['127 levels', nested(127)],
] as const)
  test(`${what} is taken`, () => assert.equal(parse(body).kind, 'messages'));

test('__proto__ in a message changes no prototype', () => {
  const found = parse('{"jsonrpc":"2.0","id":1,"method":"x","params":{"__proto__":{"polluted":1}}}');
  assert.equal(found.kind, 'messages');
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test("an error carries the caller's own id, and null when there is none or there are several", () => {
  const ids = [[PING], [{ jsonrpc: '2.0', method: 'x' }], [{ jsonrpc: '2.0', id: 1, result: {} }], [PING, PING], []];
  assert.deepEqual(
    ids.map((messages) => callerId(messages as Message[])),
    [1, null, null, null, null],
  );
});
