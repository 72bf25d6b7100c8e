import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue, legacyCookieValues } from '../../shared/traefik/cookie-value.ts';
import { explainRequest, readRequestText } from './explain-request.ts';
import { isLoopback, parseAddress } from './loopback.ts';
import { shownCookies } from './shown-cookies.ts';
import { dynamicOf, listen, startRouter } from './test-bench.ts';

const A = 'http://127.0.0.1:1001';
const B = 'http://127.0.0.1:1002';
const config = dynamicOf([A, B]);

for (const { text, expect } of [
  { text: cookieValue(A), expect: [A] },
  { text: `pin=${cookieValue(B)}`, expect: [B] },
  { text: `Cookie: other=1; pin=${cookieValue(B)}`, expect: [undefined, B] },
  { text: `pin="${cookieValue(B)}"`, expect: [B] },
  { text: `"${cookieValue(B)}"`, expect: [B] },
  { text: `pin= ${cookieValue(B)}`, expect: [undefined] },
  { text: `Set-Cookie: pin=${cookieValue(B)}; Path=/; HttpOnly`, expect: [B] },
  ...legacyCookieValues(A).map((text) => ({ text, expect: [A] })),
  { text: `other=${cookieValue(A)}`, expect: [undefined] },
  { text: 'deadbeefdeadbeef', expect: [undefined] },
  { text: ' ; ;', expect: [] },
])
  test(`the cookie ${text} is decoded`, () => {
    assert.deepEqual(
      shownCookies(config, text).map(({ matches }) => matches[0]?.target),
      expect,
    );
  });

test('an unknown cookie is explained', () => {
  const [decoded] = shownCookies(config, 'pin=deadbeefdeadbeef');
  assert.ok(decoded!.causes.length > 0);
});

for (const { text, expect } of [
  { text: '', expect: undefined },
  { text: 'what is this', expect: undefined },
  { text: '/mcp', expect: ['GET', '/mcp'] },
  { text: 'post /mcp?a=1', expect: ['POST', '/mcp?a=1'] },
  { text: 'OPTIONS * HTTP/1.1', expect: ['OPTIONS', '*'] },
  {
    text: 'GET https://app.example:8443/mcp\r\n\r\nCookie: pin=1',
    expect: ['GET', 'https://app.example:8443/mcp', 'Cookie: pin=1'],
  },
])
  test(`the request ${JSON.stringify(text)} is ${expect === undefined ? 'not understood' : 'read'}`, () => {
    const asked = readRequestText(text);
    const read =
      'problem' in asked ? undefined : [asked.method, asked.url, ...asked.headers.map((pair) => pair.join(': '))];
    assert.deepEqual(read, expect);
  });

test('a request is matched as bytes, as the router does', async (t) => {
  const server = await listen(t, (_, res) => res.end());
  const { router, url } = await startRouter(t, [server]);
  const route = (name: string, rule: string) => `\n    ${name}:\n      rule: ${rule}\n      service: mcp`;
  router.apply(dynamicOf([server], route('team', 'Header(`X-Team`, `é`)') + route('cafe', 'Path(`/café`)')));
  const explained = (text: string) => {
    const told = explainRequest(router.state(), { text, entryPoint: '' });
    return 'server' in told && told.server;
  };
  assert.equal((await fetch(`${url}/x`, { headers: { 'x-team': Buffer.from('é').toString('latin1') } })).status, 200);
  assert.equal(explained('GET /x\nX-Team: é'), server);
  assert.equal((await fetch(`${url}/caf%C3%A9`)).status, 200);
  assert.equal(explained('GET /caf%C3%A9'), server);
});

test('an invalid header line is reported, and nothing is explained', async (t) => {
  const { router } = await startRouter(t, [A]);
  const told = explainRequest(router.state(), {
    text: 'GET /mcp\nAccept: */*\n\nMcp-Session-Id n1.abc',
    entryPoint: '',
  });
  assert.ok('error' in told);
  assert.match(told.error, /line 4, "Mcp-Session-Id n1\.abc", is not a header: write Name: value/);
});

test('a request is explained with the current table, without side effects', async (t) => {
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

test('addresses of this machine are distinguished from others', () => {
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
