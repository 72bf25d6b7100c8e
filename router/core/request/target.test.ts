import assert from 'node:assert/strict';
import test from 'node:test';
import { parseTarget } from './target.ts';

/** What the client wrote, and what the server gets; measured on Traefik. */
const rows: readonly (readonly [string, string])[] = [
  ['/', '/'],
  ['/a/b/', '/a/b/'],
  ['//a', '/a'],
  ['///a//b///', '/a/b/'],
  ['/a/./b', '/a/b'],
  ['/a/../b', '/b'],
  ['/a/..', '/'],
  ['/.', '/'],
  ['/..', '/'],
  ['/a/b/.', '/a/b'],
  ['/../../a', '/a'],
  ['/a/%2e%2E/b', '/b'],
  ['/a/.%2e/b', '/b'],
  ['/a/..%2fb', '/a/..%2Fb'],
  ['/a%00b', '/a%00b'],
  ['/%7Ea/b41', '/~a/b41'],
  ['/a%252e%252e', '/a%252e%252e'],
  ['/%6dcp', '/mcp'],
  ['/%7e%2d%5f%2e', '/~-_.'],
  ['/a%20b', '/a%20b'],
  ['/%3f%23', '/%3F%23'],
  ['/a%3Bb;c', '/a%3Bb;c'],
  ['/a\\..\\b', '/a%5C..%5Cb'],
  ['/caf%c3%a9', '/caf%C3%A9'],
  ['/caf\xc3\xa9', '/caf%C3%A9'],
  ['/"<>^`{|}', '/%22%3C%3E%5E%60%7B%7C%7D'],
  ["/!$&'()*+,;=:@", "/!$&'()*+,;=:@"],
  ['/%21%24%26', '/%21%24%26'],
  ['/a?', '/a?'],
  ['/a?b=1;c=2', '/a?b=1&c=2'],
  ['/a?b=%zz', '/a?b=%zz'],
  ['/a?b=/../x', '/a?b=/../x'],
  ['/a?b=c#d', '/a?b=c#d'],
  ['/..;/admin', '/..;/admin'],
  ['/.../x', '/.../x'],
  ['http://other/a/../b?c', '/b?c'],
  ['HTTP://Other', '/'],
  ['http://other?a=1', '/?a=1'],
  ['/?', '/?'],
  ['/a?u=http://c/d', '/a?u=http://c/d'],
  ['/a?b=1?c', '/a?b=1?c'],
  ['/a%2Fb/../c', '/c'],
  ['/(a)/%28b%29', '/(a)/%28b%29'],
  ['*', '*'],
];

for (const [raw, sent] of rows) {
  test(`${JSON.stringify(raw)} goes to the server as ${sent}`, () => {
    const target = parseTarget(raw);
    assert.ok(!('refused' in target));
    assert.equal(target.query === undefined ? target.path : `${target.path}?${target.query}`, sent);
  });
}

for (const [raw, status] of [
  ['/a%zz', '400 Bad Request'],
  ['/a%4', '400 Bad Request'],
  ['/a%', '400 Bad Request'],
  ['mcp', '400 Bad Request'],
  ['mcp/', '400 Bad Request'],
  ['*/', '400 Bad Request'],
  ['?a=1', '400 Bad Request'],
  ['', '400 Bad Request'],
  ['/a b', '400 Bad Request'],
  ['/a\x7f', '400 Bad Request'],
  ['/\x00', '400 Bad Request'],
  ['http://h:x/', '400 Bad Request'],
  ['http://[h]/', '400 Bad Request'],
  ['http://[::1%eth0]/', '400 Bad Request'],
  ['http://u[@h/', '400 Bad Request'],
  ['/a#b', ''],
] as const)
  test(`${JSON.stringify(raw)} is refused with ${status || 'no answer'}`, () =>
    assert.deepEqual(parseTarget(raw), { refused: status }));

for (const [raw, compared] of [
  ['/a%20b', '/a b'],
  ['/caf%c3%a9', '/café'],
  ['/a%2Fb', '/a%2Fb'],
  ['/a%25', '/a%25'],
  ['/a%22', '/a"'],
  ['/a%20%3F%20b', '/a %3F b'],
  ['/plain', '/plain'],
  ['*', '*'],
] as const) {
  test(`rules see ${raw} as ${compared}`, () => {
    const target = parseTarget(raw);
    assert.equal('refused' in target ? undefined : target.routingPath, compared);
  });
}

for (const [raw, authority] of [
  ['http://other:81/x', 'other:81'],
  ['HTTPS://Other?a', 'Other'],
  ['http:///x', undefined],
  ['http://u:p@other/x', 'other'],
  ['http://@/x', undefined],
  ['/x', undefined],
  ['/x?u=http://c', undefined],
  ['*', undefined],
] as const)
  test(`the authority of ${raw}, which counts before the Host header, is ${authority}`, () => {
    const target = parseTarget(raw);
    assert.equal('refused' in target ? 'refused' : target.authority, authority);
  });
