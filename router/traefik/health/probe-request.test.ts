import assert from 'node:assert/strict';
import test from 'node:test';
import type { HealthCheckConfig } from '../../core/model.ts';
import { exampleCheck } from '../../core/service/test-examples.ts';
import { probeRequest } from './probe-request.ts';

const SERVER = 'http://127.0.0.1:3001';
const madeFor = (server: string, check: Partial<HealthCheckConfig>) => probeRequest(server, exampleCheck(check));

// The requests that Traefik's servers got.
const URLS: readonly { server?: string; check: Partial<HealthCheckConfig>; url: string }[] = [
  { check: { path: '/hc' }, url: `${SERVER}/hc` },
  { check: { path: '' }, url: `${SERVER}/` },
  { check: { path: 'hc' }, url: `${SERVER}/hc` },
  { check: { path: '?a=1' }, url: `${SERVER}/?a=1` },
  { check: { path: '/a b' }, url: `${SERVER}/a%20b` },
  { check: { path: '/a#f' }, url: `${SERVER}/a` },
  { check: { path: '/a/../b' }, url: `${SERVER}/b` },
  { check: { path: '/a\\b' }, url: `${SERVER}/a%5Cb` },
  { server: `${SERVER}/base/deep`, check: { path: '' }, url: `${SERVER}/base/deep` },
  { server: `${SERVER}/base/deep`, check: { path: 'hc' }, url: `${SERVER}/base/hc` },
  { server: `${SERVER}/base/deep`, check: { path: '/hc' }, url: `${SERVER}/hc` },
  { check: { path: '/hc', port: 9 }, url: 'http://127.0.0.1:9/hc' },
  { check: { path: '/hc', scheme: 'https' }, url: 'https://127.0.0.1:3001/hc' },
  { server: 'http://h:80', check: { path: '/hc', scheme: 'https' }, url: 'https://h:80/hc' },
  { server: 'http://h', check: { path: '/hc', scheme: 'https' }, url: 'https://h/hc' },
  { server: 'http://[::1]:80/x', check: { path: '/hc', scheme: 'https' }, url: 'https://[::1]:80/hc' },
  { server: 'http://u:1@h', check: { path: '/hc' }, url: 'http://u:1@h/hc' },
];

for (const { server = SERVER, check, url } of URLS) {
  test(`${server} with ${JSON.stringify(check)} is asked at ${url}`, () => {
    const made = madeFor(server, check);
    assert.equal('error' in made ? made.error : made.url.href, url);
  });
}

const ERRORS: readonly { check: Partial<HealthCheckConfig>; error: RegExp }[] = [
  { check: { path: 'http://h/x' }, error: /must be a relative URL, got: "http:\/\/h\/x"/ },
  { check: { path: '//h/x' }, error: /must be a relative URL, got: "\/\/h\/x"/ },
  { check: { path: '//' }, error: /must be a relative URL/ },
  { check: { path: 'a:b' }, error: /must be a relative URL, got: "a:b"/ },
  { check: { path: '/%zz' }, error: /parsing health check path/ },
  { check: { method: 'B AD' }, error: /invalid method "B AD"/ },
  { check: { method: 'get' }, error: /invalid method "get"/ },
  { check: { port: 99_999 }, error: /invalid URL/ },
];

for (const { check, error } of ERRORS) {
  test(`${JSON.stringify(check)} makes the server down: ${error.source}`, () => {
    const made = madeFor(SERVER, check);
    assert.match('error' in made ? made.error : made.url.href, error);
  });
}

test('the method is GET unless the check names one', () => {
  for (const [method, sent] of [
    ['', 'GET'],
    ['POST', 'POST'],
  ] as const) {
    const made = madeFor(SERVER, { method });
    assert.equal('method' in made && made.method, sent);
  }
});

const HEADERS: readonly { headers: [string, string][]; hostname?: string; sent: Record<string, string> }[] = [
  { headers: [], sent: { 'user-agent': 'mooring' } },
  { headers: [['X-a', '1']], sent: { 'user-agent': 'mooring', 'x-a': '1' } },
  { headers: [['User-Agent', 'me']], sent: { 'user-agent': 'me' } },
  { headers: [['User-Agent', '']], sent: {} },
  { headers: [['Host', 'evil']], sent: { 'user-agent': 'mooring' } },
  { headers: [['Content-Length', '5']], sent: { 'user-agent': 'mooring' } },
  { headers: [['Host', 'evil']], hostname: 'example.com', sent: { 'user-agent': 'mooring', host: 'example.com' } },
];

for (const { headers, hostname = '', sent } of HEADERS) {
  test(`headers ${JSON.stringify(headers)} and hostname '${hostname}' are sent as ${JSON.stringify(sent)}`, () => {
    const made = madeFor(SERVER, { headers: new Map(headers), hostname });
    assert.deepEqual('headers' in made && Object.fromEntries(made.headers), sent);
  });
}
