import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reply } from '../../core/middleware.ts';
import { replacePathRegex } from './replace-path-regex.ts';
import { ERROR_HEADERS, errorOf, exampleExchange, HERE, replyOf, working } from './test-exchange.ts';

const config = (regex: string, replacement: string) =>
  ({ kind: 'replacePathRegex', name: 'one@file', at: HERE, regex, replacement }) as const;

for (const row of [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Go's own syntax.
  { regex: '^/foo/(?P<x>[^/]+)(.*)$', by: '/n/$1/${x}${2}-$$-$y-$1x', path: '/foo/1/2', to: '/n/1/1/2-$--' },
  { regex: '^/foo/(?P<x>[^/]+)(.*)$', by: '/n/$1', path: '/foo/a%2Fb/c', to: '/n/a%2Fb' },
  { regex: '^/foo/(.*)$', by: '/n/$1', path: '/bar', to: '/bar' },
  { regex: ' ^/(.*)$ ', by: ' /a?b=$1 c ', path: '/z', to: '/a%3Fb=z%20c' },
  { regex: '^/(.*)$', by: '$1', path: '/x', to: 'x' },
  { regex: '^/(.*)$', by: '$1', path: '/', to: '' },
  { regex: '/v1', by: '', path: '/v1/v1', to: '' },
] as const)
  test(`${row.path} by ${row.regex} -> ${row.by} is ${row.to || 'empty'}`, () => {
    const exchange = exampleExchange({ path: row.path, query: 'q=/foo/1' });
    assert.equal(working(replacePathRegex(config(row.regex, row.by))).request?.(exchange), undefined);
    assert.equal(exchange.request.path, row.to);
    assert.equal(exchange.request.query, 'q=/foo/1');
    const replaced = row.path === row.to ? [] : [row.path];
    assert.deepEqual(exchange.request.headers.all('x-replaced-path'), replaced);
  });

for (const [by, status, body] of [
  ['/%zz$1', 500, 'invalid URL escape "%zz"\n'],
  ['/%2', 500, 'invalid URL escape "%2"\n'],
  ['/../$1', 400, 'Bad Request\n'],
  ['//$1', 400, 'Bad Request\n'],
] as const)
  test(`a path that becomes ${by} is refused`, () => {
    const reply = working(replacePathRegex(config('^/(.*)$', by))).request?.(exampleExchange({ path: '/x' }));
    assert.deepEqual(replyOf(reply as Reply), { status, headers: ERROR_HEADERS, body });
  });

test('a bad pattern gives Traefik’s error', () => {
  assert.equal(
    errorOf(replacePathRegex(config('(', 'X'))),
    'error compiling regular expression (: error parsing regexp: missing closing ): `(`',
  );
});
