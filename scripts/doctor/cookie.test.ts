import assert from 'node:assert/strict';
import test from 'node:test';
import { Jar, parseSetCookie, stickyAmong, withheld } from './cookie.ts';

const HTTP = { secure: false, hostname: 'mcp.example.com', path: '/mcp' };
const HTTPS = { ...HTTP, secure: true };

for (const [line, place, why] of [
  ['a=1', HTTP, undefined],
  ['a=1; Path=/', HTTP, undefined],
  ['a=1; Path=/mcp', HTTP, undefined],
  ['a=1; path=/mcp/', HTTP, 'path'],
  ['a=1; Path=/mc', HTTP, 'path'],
  ['a=1; Path=/other', HTTP, 'path'],
  ['a=1; Path=other', HTTP, undefined],
  ['a=1; Secure', HTTP, 'secure'],
  ['a=1; Secure', { ...HTTP, hostname: 'localhost' }, 'secure'],
  ['a=1; secure', HTTPS, undefined],
  ['a=1; Domain=example.com', HTTP, undefined],
  ['a=1; Domain=.Example.com', HTTP, undefined],
  ['a=1; Domain=ample.com', HTTP, 'domain'],
  ['a=1; Domain=mcp.example.com.evil', HTTP, 'domain'],
  ['a=1; Max-Age=0', HTTP, 'expired'],
  ['a=1; Max-Age=-5', HTTP, 'expired'],
  ['a=1; Max-Age=60', HTTP, undefined],
] as const)
  test(`${line} at ${place.secure ? 'https' : 'http'}://${place.hostname}${place.path}: ${why ?? 'sent back'}`, () =>
    assert.equal(withheld(parseSetCookie(line), place), why));

test('a jar keeps the latest cookie, and sends it only where it belongs', () => {
  const jar = new Jar();
  jar.take(['a=1; Path=/', 'b=2; Path=/mcp', 'c=3; Secure', 'd=4; Path=/other'], HTTP);
  jar.take(['a=5; Path=/'], HTTP);
  assert.equal(jar.give(HTTP), 'a=5; b=2');
  assert.equal(jar.give({ ...HTTP, path: '/graphql' }), 'a=5');
  assert.equal(jar.give({ ...HTTP, path: '/other' }), 'a=5; d=4');
  jar.take(['a=; Path=/; Max-Age=0'], HTTP);
  assert.equal(jar.give(HTTP), 'b=2');
});

for (const [lines, name] of [
  [['login=x', '_mcp=0123456789abcdef'], '_mcp'],
  [['login=x', 'AWSALB=y'], 'AWSALB'],
  [['login=x', 'theme=y'], undefined],
  [['login=x'], 'login'],
  [['0123=0123456789abcdef', 'known=1'], 'known'],
  [[], undefined],
] as const)
  test(`of ${lines.join(', ') || 'none'}, ${name ?? 'none'} pins`, () =>
    assert.equal(stickyAmong(lines.map(parseSetCookie), 'known')?.name, name));
