import assert from 'node:assert/strict';
import test from 'node:test';
import { callerId, type Message, messagesOfLine, type Parsed, parseMessages } from './json-rpc.ts';

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
/** Large ones are built only when used. */
type Body = string | Uint8Array | (() => string);
const parse = (body: Body): Parsed => {
  if (typeof body === 'function') return parse(body());
  return parseMessages(typeof body === 'string' ? Buffer.from(body) : body);
};
const called = (args: unknown) => JSON.stringify({ ...PING, method: 'tools/call', params: { arguments: args } });
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
const list = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));
const nested = (depth: number) =>
  `{"jsonrpc":"2.0","id":1,"method":"x","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;

const NOT_JSON = '-32700 Parse error: the body is not JSON in UTF-8';
const EMPTY = '-32600 Invalid Request: an empty batch';
const MANY = '-32600 Invalid Request: more than 100 messages';
const NO_MESSAGE = '-32600 Invalid Request: not a JSON-RPC 2.0 message';
const PARTS = '-32600 Invalid Request: more than 100000 names, strings, arrays and objects';
const NAMES = '-32600 Invalid Request: more than 10000 names in the 4 outer levels';
const DEEP = '-32600 Invalid Request: JSON nested deeper than 128 levels';

const refusalOf = (body: Body) => {
  const found = parse(body);
  return found.kind === 'bad' && `${found.code} ${found.why}`;
};

for (const [what, body, refusal] of [
  ['nothing', '', NOT_JSON],
  ['half a message', '{"jsonrpc":"2.0"', NOT_JSON],
  ['a string that does not end', '{"jsonrpc":"2.0', NOT_JSON],
  ['NaN', '{"jsonrpc":"2.0","id":NaN,"method":"x"}', NOT_JSON],
  ['a byte order mark', '\ufeff{"jsonrpc":"2.0","id":1,"method":"x"}', NOT_JSON],
  ['a null', 'null', NO_MESSAGE],
  ['a number', '1', NO_MESSAGE],
  ['an empty object', '{}', NO_MESSAGE],
  ['an empty batch', '[]', EMPTY],
  ['a batch in a batch', JSON.stringify([[PING]]), NO_MESSAGE],
  ['101 messages', () => JSON.stringify(Array(101).fill(PING)), MANY],
  ['another version', '{"jsonrpc":"1.0","id":1,"method":"x"}', NO_MESSAGE],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"x"}', NO_MESSAGE],
  ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"x"}', NO_MESSAGE],
  ['an id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"x"}', NO_MESSAGE],
  ['an answer without an id', '{"jsonrpc":"2.0","result":{}}', NO_MESSAGE],
  ['an id and nothing else', '{"jsonrpc":"2.0","id":1}', NO_MESSAGE],
  ['an answer with a method that is no text', '{"jsonrpc":"2.0","id":1,"method":5,"result":{}}', NO_MESSAGE],
  ['no message among messages', JSON.stringify([PING, {}]), NO_MESSAGE],
  ['127 levels in one message', () => nested(128), DEEP],
  ['100,000 levels', () => nested(100_000), DEEP],
  ['200,000 arguments', () => called(keys(200_000)), NAMES],
  ['200,000 params', () => JSON.stringify({ ...PING, params: keys(200_000) }), NAMES],
  ['200,000 names beside method', () => JSON.stringify({ ...PING, ...keys(200_000) }), NAMES],
  ['200,000 names in _meta', () => JSON.stringify({ ...PING, params: { _meta: keys(200_000) } }), NAMES],
  ['200,000 names in a result', () => JSON.stringify({ jsonrpc: '2.0', id: 1, result: keys(200_000) }), NAMES],
  ['200,000 capabilities', () => JSON.stringify({ ...PING, params: { capabilities: { x: keys(200_000) } } }), NAMES],
  [
    '11,000 capabilities in a batch',
    () => JSON.stringify([{ ...PING, params: { capabilities: { x: keys(11_000) } } }]),
    NAMES,
  ],
  ['10,001 names', () => called(keys(9996)), NAMES],
  ['100,001 names, strings, arrays and objects', () => called({ rows: list(99_989, String) }), PARTS],
  ['100 messages of 2,000 names', () => JSON.stringify(list(100, () => ({ ...PING, params: keys(2000) }))), NAMES],
  ['60,000 objects of one name', () => called({ rows: list(60_000, (i) => ({ [`k${i}`]: 0 })) }), PARTS],
  ['200,000 strings', () => called({ rows: list(200_000, String) }), PARTS],
  ['200,000 empty lists', () => called({ rows: list(200_000, () => []) }), PARTS],
  ['11,000 names that are not parsed to the end', () => called(keys(11_000)).slice(0, -9), NAMES],
  ['100,000 open brackets', () => '['.repeat(100_000), DEEP],
] as const)
  test(`${what} is refused: ${refusal}`, () => assert.equal(refusalOf(body), refusal));

test('text that is not UTF-8 is refused', () => {
  const body = Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  assert.equal(refusalOf(body), NOT_JSON);
});

for (const [what, body] of [
  ['a request', JSON.stringify(PING)],
  ['a notification', '{"jsonrpc":"2.0","method":"x"}'],
  ['an answer', '{"jsonrpc":"2.0","id":"a","result":{}}'],
  ['an error', '{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":""}}'],
  ['100 messages', () => JSON.stringify(Array(100).fill(PING))],
  ['brackets in a string', JSON.stringify({ ...PING, params: { text: `"\\${'['.repeat(1000)}` } })],
  ['127 levels', () => nested(127)],
  ['a string of 3 MB', () => called({ text: 'x"\\é'.repeat(600_000) })],
  ['300,000 numbers', () => called({ vector: list(300_000, (i) => i / 7) })],
  ['10,000 rows', () => called({ rows: list(10_000, (i) => ({ id: i, name: `n${i}`, on: true })) })],
  ['10,000 rows in a batch', () => `[${called({ rows: list(10_000, (i) => ({ id: i, name: `n${i}`, on: true })) })}]`],
  ['10,000 names', () => called(keys(9995))],
  ['100,000 names, strings, arrays and objects', () => called({ rows: list(99_988, String) })],
  ['9,900 arguments in a batch', () => `[${called(keys(9900))}]`],
  ['40,000 names far inside', () => called({ a: { b: keys(40_000) } })],
  ['colons in strings', () => called({ text: ':'.repeat(20_000), [':'.repeat(20_000)]: 1 })],
  ['a thousand arrays and objects side by side', () => JSON.stringify({ ...PING, params: Array(1000).fill([[], {}]) })],
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

const NOTE = '{"jsonrpc":"2.0", "method":"x"}';

for (const [what, line, data] of [
  ['a message, as the server wrote it', NOTE, [NOTE]],
  ['a message with space before it', ` \t${NOTE}`, [` \t${NOTE}`]],
  ['a message whose line ends would end an event', `\r${NOTE}\r`, [` ${NOTE} `]],
  [
    'each message of a batch',
    `[${NOTE},${JSON.stringify(PING)}]`,
    ['{"jsonrpc":"2.0","method":"x"}', JSON.stringify(PING)],
  ],
  ['nothing in text for people', 'listening on stdio', undefined],
  ['nothing in a number', '1', undefined],
  ['nothing in a log line of JSON', '{"level":"info"}', undefined],
  ['nothing in half a message', NOTE.slice(0, -1), undefined],
  ['nothing in a batch with something else', `[${NOTE},{}]`, undefined],
] as const)
  test(`a line of a server has ${what}`, () => {
    const found = messagesOfLine(line);
    assert.deepEqual(typeof found === 'object' ? found.map((one) => one.data) : found, data);
  });

test('a line of a server may have more in it than a request, but not be nested deeper', () => {
  assert.equal(messagesOfLine(called({ ...keys(11_000), rows: list(100_000, String) }))?.length, 1);
  assert.equal(messagesOfLine(nested(128)), 'JSON nested deeper than 128 levels');
});
