import assert from 'node:assert/strict';
import test from 'node:test';
import { redirected } from './redirect.ts';

const HEADERS = new Map([
  ['x-a', '1'],
  ['host', 'example.com'],
  ['authorization', 'z'],
  ['cookie', 'q=1'],
]);
const from = (method: string) => ({ url: new URL('http://127.0.0.1:3001/hc'), method, headers: HEADERS });

// As in Go's client; rows with headers were seen at Traefik's servers.
const ROWS: readonly { status: number; location?: string; method?: string; to?: string; headers?: string }[] = [
  { status: 200, location: '/x' },
  { status: 302 },
  { status: 302, location: '' },
  { status: 300, location: '/x' },
  { status: 304, location: '/x' },
  { status: 301, location: '/x', method: 'POST', to: 'GET http://127.0.0.1:3001/x' },
  { status: 302, location: 'x?y=1', to: 'GET http://127.0.0.1:3001/x?y=1' },
  { status: 303, location: '/x', method: 'HEAD', to: 'HEAD http://127.0.0.1:3001/x' },
  { status: 307, location: '/x', method: 'POST', to: 'POST http://127.0.0.1:3001/x' },
  { status: 308, location: '/x', method: 'POST', to: 'POST http://127.0.0.1:3001/x' },
  { status: 302, location: '/x', to: 'GET http://127.0.0.1:3001/x', headers: 'x-a host authorization cookie' },
  { status: 302, location: 'http://localhost:9/x', to: 'GET http://localhost:9/x', headers: 'x-a' },
  { status: 302, location: '//localhost:9/x', to: 'GET http://localhost:9/x', headers: 'x-a host' },
  {
    status: 302,
    location: 'http://127.0.0.1:9/x',
    to: 'GET http://127.0.0.1:9/x',
    headers: 'x-a authorization cookie',
  },
];

for (const { status, location, method = 'GET', to, headers } of ROWS) {
  test(`${status} to ${JSON.stringify(location) ?? 'nowhere'} after ${method}: ${to ?? 'the answer stands'}`, () => {
    const next = redirected(from(method), status, location);
    assert.equal(next && `${next.method} ${next.url.href}`, to);
    if (headers !== undefined) assert.equal([...next!.headers.keys()].join(' '), headers);
  });
}

test('a redirect to a subdomain keeps credentials, one to another host does not', () => {
  const asked = { ...from('GET'), url: new URL('http://example.com/hc') };
  const names = (location: string) => [...redirected(asked, 302, location)!.headers.keys()].join(' ');
  assert.equal(names('http://a.example.com/'), 'x-a authorization cookie');
  assert.equal(names('http://aexample.com/'), 'x-a');
});

test('a redirect to another protocol than HTTP is a failure', () => {
  assert.throws(() => redirected(from('GET'), 302, 'ftp://x/'), /unsupported protocol scheme "ftp"/);
});
