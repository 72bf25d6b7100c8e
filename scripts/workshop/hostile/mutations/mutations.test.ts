import assert from 'node:assert/strict';
import test from 'node:test';
import { differenceOf } from './explained.ts';
import { type Outcome, same } from './outcome.ts';
import { FAREWELL, streamOf } from './streams.ts';
import { readAnswers } from './visit.ts';

test('a seed reproduces its stream, complete in its pieces, and other seeds give others', () => {
  const streams = Array.from({ length: 500 }, (_, seed) => streamOf(seed));
  assert.deepEqual(
    streams,
    Array.from({ length: 500 }, (_, seed) => streamOf(seed)),
  );
  for (const { bytes, pieces } of streams) assert.equal(pieces.join(''), bytes);
  for (const { bytes } of streams) assert.ok(bytes.endsWith(FAREWELL));
  assert.ok(new Set(streams.map(({ bytes }) => bytes)).size > 490);
});

const ANSWER = 'HTTP/1.1 200 OK\r\nX-Saw: 127.1.1.1 GET\r\nContent-Length: 14\r\n\r\n127.1.1.1 GET\n';

for (const [what, text, crossed] of [
  ['an answer to this client', ANSWER, 0],
  ['an answer that names another', ANSWER.replaceAll('127.1.1.1', '127.1.1.2'), 1],
  ['an answer with the body of another', ANSWER.replace('\n127.1.1.1', '\n127.1.1.2'), 1],
  ['bytes that are no answer', `${ANSWER}POISON`, 1],
  ['the alert of TLS', '\x15\x03\x01\x00\x02\x02F', 0],
  ['a refusal until the end', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request', 0],
] as const)
  test(`${what}: ${crossed} crossed`, () => assert.equal(readAnswers(text, '127.1.1.1').crossed.length, crossed));

const request = (target: string) => ({ method: 'GET', target, host: 'l', body: '' });
const outcome = (more: Partial<Outcome>): Outcome => ({
  ...{ statuses: [200], closed: true, reset: false, executed: [request('/a')] },
  ...more,
});
const differs = (bytes: string, traefik: Partial<Outcome>, router: Partial<Outcome>): string | undefined =>
  differenceOf({
    stream: { seed: 0, bytes, pieces: [] },
    traefik: outcome(traefik),
    router: outcome(router),
  });

test('answers lost in a reset are not a difference, requests that only one passed on are', () => {
  assert.ok(same(outcome({}), outcome({ statuses: [], reset: true })));
  assert.ok(!same(outcome({}), outcome({ executed: [] })));
  assert.ok(!same(outcome({}), outcome({ closed: false })));
});

test('refusing what Traefik repairs is a known difference, passing on what Traefik refuses is not', () => {
  const refused = { statuses: [400], executed: [] };
  assert.equal(differs('GET /a HTTP/1.1\nHost: l\n\n', {}, refused), 'line-ends');
  assert.equal(differs('GET /a HTTP/1.1\r\nHost: l\r\n\r\n', {}, refused), undefined);
  assert.equal(differs('GET /a HTTP/1.1\r\nHost: a b\r\n\r\n', refused, {}), undefined);
  assert.equal(differs('\r\nGET /a HTTP/1.1\r\nHost: l\r\n\r\n', refused, {}), 'lenient-start');
  assert.equal(differs('\r\nGET /a HTTP/1.1\r\nHost:  l\t\r\n\r\n', refused, {}), 'lenient-start');
  assert.equal(differs('\r\nGET /a HTTP/1.1\r\nX-A : 1\r\nHost: l\r\n\r\n', refused, {}), undefined);
  assert.equal(differs('GET /a HTTP/1.1\r\nHost: l\r\nHost: other\r\n\r\n', refused, {}), undefined);
});

const lengths = (second: string): string =>
  `GET /a HTTP/1.1\r\nContent-Length: 1\r\nX-A: 1\r\nContent-Length: ${second}\r\n\r\n`;

for (const [what, bytes, answered, name] of [
  ['a method that Node does not know', 'GE /a HTTP/1.1\r\nExpect: banana\r\n\r\n', 417, 'unknown-method'],
  ['a method that Node knows', 'GET /a HTTP/1.1\r\nExpect: banana\r\n\r\n', 417, undefined],
  ['a target with a scheme and no slashes', 'GET a:/b HTTP/1.1\r\nHost: l\r\n\r\n', 200, 'odd-url'],
  ['a target with a scheme', 'GET http://b/ HTTP/1.1\r\nHost: l\r\n\r\n', 200, undefined],
  ['a tab behind a coding', 'GET /a HTTP/1.1\r\nTransfer-Encoding: chunked\t\r\n\r\n', 200, 'tab-after-framing'],
  ['a tab before a coding', 'GET /a HTTP/1.1\r\nTransfer-Encoding: \tchunked\r\n\r\n', 200, undefined],
  ['a method behind the rest of a body', 'xxxGET /a#b HTTP/1.1\r\nHost: l\r\n\r\n', 400, 'unknown-method'],
  ['a length again, further down', lengths('1'), 200, 'repeated-length'],
  ['another length, further down', lengths('11'), 200, undefined],
] as const)
  test(`${what}, refused where Traefik answers ${answered}: ${name ?? 'no name'}`, () =>
    assert.equal(differs(bytes, { statuses: [answered], executed: [] }, { statuses: [400], executed: [] }), name));

for (const [what, bytes, name] of [
  [
    'its body is missing',
    'HEAD /a HTTP/1.1\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: l\r\nContent-Length: 72\r\n\r\nx',
    'early-refusal',
  ],
  ['it has no body', 'HEAD /a HTTP/1.1\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: l\r\n\r\n', undefined],
] as const)
  test(`OPTIONS * answered where Traefik waits, and ${what}: ${name ?? 'no name'}`, () => {
    const open = { closed: false, executed: [] };
    assert.equal(differs(bytes, { ...open, statuses: [200] }, { ...open, statuses: [200, 200] }), name);
  });
