import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reply } from '../../core/middleware.ts';
import { stripPrefix } from './strip-prefix.ts';
import { ERROR_HEADERS, exampleExchange, HERE, replyOf } from './test-exchange.ts';

const PREFIXES = ['/a', '/ab/c', ' /t ', '/s p', '/é', '/x/'];

/** The path that Traefik passed on; undefined: it answered 400. */
const table: readonly {
  path: string;
  to: string | undefined;
  prefix?: string;
  prefixes?: string[];
  force?: boolean;
}[] = [
  { path: '/a', to: '', prefix: '/a' },
  { path: '/a/', to: '/', prefix: '/a' },
  { path: '/ab/c', to: '/b/c', prefix: '/a' },
  { path: '/abc', to: '/bc', prefix: '/a' },
  { path: '/none', to: '/none' },
  { path: '/a..', to: undefined },
  { path: '/a../b', to: undefined },
  { path: '/a.', to: undefined },
  { path: '/a%2F..%2Fb', to: undefined },
  { path: '/a%2Fb', to: '/b', prefix: '/a' },
  { path: '/a%2Fb%20c', to: '/b%20c', prefix: '/a' },
  { path: '/a/b%2Fc', to: '/b%2Fc', prefix: '/a' },
  { path: '/t/x', to: '/x', prefix: '/t' },
  { path: '/s%20p%2Fx', to: '/x', prefix: '/s p' },
  { path: '/%C3%A9/y', to: '/y', prefix: '/Ã©' },
  { path: '/a%20b', to: '/%20b', prefix: '/a' },
  { path: '/a!b', to: '/!b', prefix: '/a' },
  { path: '/a/%21', to: '/%21', prefix: '/a' },
  { path: '/x/y', to: '/y', prefix: '/x/' },
  { path: '/x/%2Fy', to: '/y', prefix: '/x/' },
  { path: '/a%3Fb', to: '/%3Fb', prefix: '/a' },
  { path: '/a/b[c]', to: '/b[c]', prefix: '/a' },
  { path: '/a/%5Bc%5D', to: '/%5Bc%5D', prefix: '/a' },
  { path: '/a', to: '/', prefix: '/a', force: true },
  { path: '/ab', to: '/b', prefix: '/a', force: true },
  { path: '/a%2Fb', to: '/b', prefix: '/a', force: true },
  { path: '/a', to: '/a', prefix: '', prefixes: [''] },
  { path: '/a', to: '/a', prefixes: [] },
];

for (const { path, to, prefix, prefixes = PREFIXES, force = false } of table)
  test(`${path} without ${prefix ?? 'any prefix'}${force ? ', one slash forced,' : ''} is ${to ?? 'refused'}`, () => {
    const exchange = exampleExchange({ path });
    const middleware = stripPrefix({ kind: 'stripPrefix', name: 'one@file', at: HERE, prefixes, forceSlash: force });
    const reply = middleware.request?.(exchange) as Reply | undefined;
    const refusal = { status: 400, headers: ERROR_HEADERS, body: 'Bad Request\n' };
    assert.deepEqual(replyOf(reply), to === undefined ? refusal : undefined);
    assert.equal(exchange.request.path, to ?? path);
    assert.deepEqual(exchange.request.headers.all('x-forwarded-prefix'), prefix === undefined ? [] : [prefix]);
  });

test('the prefix comes after one that a trusted proxy has stripped', () => {
  const exchange = exampleExchange({ path: '/a/b', headers: [['x-forwarded-prefix', '/old']] });
  const config = { kind: 'stripPrefix', name: 'one@file', at: HERE, prefixes: ['/a'], forceSlash: false } as const;
  stripPrefix(config).request?.(exchange);
  assert.deepEqual(exchange.request.headers.all('x-forwarded-prefix'), ['/old', '/a']);
});
