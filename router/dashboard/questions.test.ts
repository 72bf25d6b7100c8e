import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue, legacyCookieValues } from '../../shared/traefik/cookie-value.ts';
import { decodeCookies } from './decode-cookies.ts';
import { explainRequest, questionOf } from './explain-request.ts';
import { isLoopback, parseAddress } from './loopback.ts';
import { dynamicOf, startRouter } from './test-bench.ts';

const A = 'http://127.0.0.1:1001';
const B = 'http://127.0.0.1:1002';
const config = dynamicOf([A, B]);

for (const { text, expect } of [
  { text: cookieValue(A), expect: [A] },
  { text: `pin=${cookieValue(B)}`, expect: [B] },
  { text: `Cookie: other=1; pin=${cookieValue(B)}`, expect: [undefined, B] },
  { text: `pin=${cookieValue(B)}; Path=/; HttpOnly`, expect: [B, undefined, undefined] },
  ...legacyCookieValues(A).map((text) => ({ text, expect: [A] })),
  { text: `other=${cookieValue(A)}`, expect: [undefined] },
  { text: 'deadbeefdeadbeef', expect: [undefined] },
  { text: ' ; ;', expect: [] },
])
  test(`the cookie ${text} is decoded`, () => {
    assert.deepEqual(
      decodeCookies(config, text).map(({ matches }) => matches[0]?.target),
      expect,
    );
  });

test('a cookie that stands for nothing is told why', () => {
  const [decoded] = decodeCookies(config, 'pin=deadbeefdeadbeef');
  assert.ok(decoded!.causes.length > 0);
});

test('a request in words becomes a question', async (t) => {
  const { router } = await startRouter(t, [A, B]);
  const ask = (text: string) => questionOf(router.state(), { text, entryPoint: '' });
  assert.equal(ask(''), undefined);
  assert.equal(ask('what is this'), undefined);
  assert.deepEqual(
    [ask('/mcp')?.method, ask('post /mcp?a=1')?.method, ask('post /mcp?a=1')?.target],
    ['GET', 'POST', '/mcp?a=1'],
  );
  const full = ask('GET https://app.example:8443/mcp\nCookie: pin=1\nbroken\nHost: other.example');
  assert.deepEqual([full?.tls, full?.host, full?.headers.length], [true, 'other.example', 2]);
});

test('a request is explained by the table in force, and nothing of it moves', async (t) => {
  const { router } = await startRouter(t, [A, B]);
  const explain = (text: string) => {
    const told = explainRequest(router.state(), { text, entryPoint: 'web' });
    assert.ok('steps' in told);
    return told;
  };
  assert.equal(explain(`POST /mcp\nCookie: pin=${cookieValue(B)}`).server, B);
  assert.equal(explain('POST /mcp').server, undefined);
  assert.match(explain('GET /nowhere').verdict, /404/);
});

test('addresses of this machine are told from others', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.com', '', '::ffff:10.0.0.1'])
    assert.ok(!isLoopback(host), host);
  assert.deepEqual(parseAddress('8090'), { port: 8090 });
  assert.deepEqual(parseAddress(':8090'), { port: 8090 });
  assert.deepEqual(parseAddress('[::1]:8090'), { host: '::1', port: 8090 });
  assert.deepEqual(parseAddress('localhost'), { host: 'localhost' });
  assert.equal(parseAddress('127.0.0.1:99999'), undefined);
  assert.equal(parseAddress('not an address'), undefined);
});
