import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { RequestParser } from './request-parser.ts';

const encode = (request: readonly string[]): string =>
  `*${request.length}\r\n${request.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

test('requests are parsed the same however they are split, with any bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.array(latin1, { minLength: 1 })), fc.integer({ min: 1, max: 9 }), (requests, slice) => {
      const parser = new RequestParser();
      const all = bytes(requests.map(encode).join(''));
      const found: (readonly string[])[] = [];
      for (let at = 0; at < all.length; at += slice) {
        const parsed = parser.push(all.subarray(at, at + slice));
        assert.equal(parsed.kind, 'requests');
        found.push(...parsed.requests);
      }
      assert.deepEqual(found, requests);
    }),
  );
});

for (const [input, requests] of [
  ['PING\r\n', [['PING']]],
  [
    'SET a  b \n\r\nGET a\r\n',
    [
      ['SET', 'a', 'b'],
      ['GET', 'a'],
    ],
  ],
  ['*0\r\n*-1\r\nPING\r\n', [['PING']]],
] as const)
  test(`plain lines are requests too: ${JSON.stringify(input)}`, () => {
    assert.deepEqual(new RequestParser().push(bytes(input)), { kind: 'requests', requests });
  });

for (const [input, error] of [
  ['*x\r\n', /invalid multibulk length/],
  ['*4097\r\n', /invalid multibulk length/],
  ['*99999999999999999999\r\n', /invalid multibulk length/],
  ['*1\r\n$99999999999\r\n', /invalid bulk length/],
  ['*1\r\n$1048577\r\n', /invalid bulk length/],
  ['*1\r\n$-5\r\n', /invalid bulk length/],
  ['*1\r\n:5\r\n', /expected '\$', got ':'/],
  [`*1\r\n$${'1'.repeat(70_000)}`, /too big bulk count string/],
  ['a'.repeat(70_000), /too big inline request/],
  [`*8\r\n${'$1048576\r\n'.concat('x'.repeat(1_048_576), '\r\n').repeat(5)}`, /invalid bulk length/],
] as const)
  test(`an invalid stream is an error: ${JSON.stringify(input.slice(0, 30))}`, () => {
    const parsed = new RequestParser().push(bytes(`PING\r\n${input}`));
    assert(parsed.kind === 'broken');
    assert.deepEqual(parsed.requests, [['PING']]);
    assert.match(parsed.error, error);
  });

test('any input is accepted or refused, never thrown', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('*', '$', '1', '3', '-', '\r\n', '\n', 'GET', ' ', '\0', 'é')), (parts) => {
      assert.match(new RequestParser().push(bytes(parts.join(''))).kind, /^(requests|broken)$/);
    }),
  );
});
