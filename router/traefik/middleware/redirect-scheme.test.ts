import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reply } from '../../core/middleware.ts';
import { redirectScheme } from './redirect-scheme.ts';
import { errorOf, exampleExchange, HERE, type RequestExample, replyOf, working } from './test-exchange.ts';

type Row = {
  to?: { scheme?: string; port?: string; permanent?: boolean };
  asked: RequestExample;
  answer: readonly [number, string] | undefined;
};

const from = (protocol: string, host = 'rs'): RequestExample => ({ host, headers: [['x-forwarded-proto', protocol]] });

const table: readonly Row[] = [
  { asked: {}, answer: [302, 'https://rs/'] },
  { asked: { method: 'POST' }, answer: [307, 'https://rs/'] },
  { asked: { method: 'HEAD' }, answer: [307, 'https://rs/'] },
  { to: { permanent: true }, asked: {}, answer: [301, 'https://rs/'] },
  { to: { permanent: true }, asked: { method: 'POST' }, answer: [308, 'https://rs/'] },
  { asked: { path: '/a%20b', query: 'c=d;e&f' }, answer: [302, 'https://rs/a%20b?c=d;e&f'] },
  { asked: { path: '', query: '' }, answer: [302, 'https://rs/?'] },
  { asked: { host: 'rs:80' }, answer: [302, 'https://rs/'] },
  { asked: { host: 'RS:8080' }, answer: [302, 'https://RS/'] },
  { asked: { host: '[::1]' }, answer: [302, 'https://[::1]/'] },
  { asked: { tls: true }, answer: undefined },
  { asked: { tls: true, host: 'rs:443' }, answer: undefined },
  { asked: { tls: true, host: 'rs:8443' }, answer: [302, 'https://rs/'] },
  { asked: from('https'), answer: undefined },
  { asked: from('WSS'), answer: undefined },
  { asked: from('foo'), answer: [302, 'https://rs/'] },
  { asked: from('https', 'rs:443'), answer: undefined },
  { asked: from('https', 'rs:80'), answer: [302, 'https://rs/'] },
  { to: { port: '443' }, asked: from('https'), answer: undefined },
  { to: { port: '8443' }, asked: {}, answer: [302, 'https://rs:8443/'] },
  { to: { port: '8443' }, asked: from('https'), answer: [302, 'https://rs:8443/'] },
  { to: { port: '8443' }, asked: from('https', 'rs:8443'), answer: undefined },
  { to: { scheme: 'http', port: '80' }, asked: from('https'), answer: [302, 'http://rs/'] },
  { to: { scheme: 'http', port: '80' }, asked: {}, answer: undefined },
  { to: { scheme: 'HTTPS' }, asked: {}, answer: [302, 'https://rs/'] },
  { to: { scheme: 'HTTP' }, asked: {}, answer: [302, 'http://rs/'] },
  { to: { scheme: 'http', port: '80' }, asked: { host: 'rs:8080' }, answer: [302, 'http://rs/'] },
];
const TEXT = { 301: 'Moved Permanently', 302: 'Found', 307: 'Temporary Redirect', 308: 'Permanent Redirect' } as const;

for (const { to, asked, answer } of table)
  test(`to ${JSON.stringify(to ?? {})} from ${JSON.stringify(asked)}`, () => {
    const config = { scheme: 'https', port: '', permanent: false, ...to };
    const middleware = working(redirectScheme({ kind: 'redirectScheme', name: 'one@file', at: HERE, ...config }));
    const reply = middleware.request?.(exampleExchange({ host: 'rs', ...asked })) as Reply | undefined;
    const [status = 0, location = ''] = answer ?? [];
    const expected = { status, headers: [['location', location]], body: TEXT[status as keyof typeof TEXT] };
    assert.deepEqual(replyOf(reply), answer && expected);
  });

for (const config of [
  { scheme: 'https', port: 'abc' },
  { scheme: 'FTP s', port: '' },
])
  test(`${config.scheme} with port ${config.port} is no URL: every request gets 502`, () => {
    const middleware = working(
      redirectScheme({ kind: 'redirectScheme', name: 'one@file', at: HERE, permanent: false, ...config }),
    );
    assert.deepEqual(replyOf(middleware.request?.(exampleExchange()) as Reply), {
      status: 502,
      headers: [],
      body: 'Bad Gateway',
    });
  });

test('a missing scheme gives Traefik’s error', () => {
  const built = redirectScheme({
    kind: 'redirectScheme',
    name: 'one@file',
    at: HERE,
    scheme: '',
    port: '1',
    permanent: false,
  });
  assert.equal(errorOf(built), 'you must provide a target scheme');
});
