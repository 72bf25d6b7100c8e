import assert from 'node:assert/strict';
import test from 'node:test';
import type { CookieConfig } from '../model.ts';
import { setCookieWriter } from './set-cookie.ts';
import { exampleCookie } from './test-examples.ts';

const PLAIN = exampleCookie({ name: 's' });
const LABEL = 'a'.repeat(63);
const LONGEST = [LABEL, LABEL, LABEL, LABEL].join('.');

// Every row was seen on Traefik 3.7.15, byte for byte; an empty `domain` row means that it left the attribute out.
const ROWS: readonly { cookie: Partial<CookieConfig>; line: string }[] = [
  { cookie: {}, line: 's=VALUE; Path=/' },
  {
    cookie: { path: '/x', domain: 'example.com', maxAge: 60, httpOnly: true, secure: true, sameSite: 'Strict' },
    line: 's=VALUE; Path=/x; Domain=example.com; Max-Age=60; HttpOnly; Secure; SameSite=Strict',
  },
  { cookie: { path: '' }, line: 's=VALUE' },
  { cookie: { path: '/é' }, line: 's=VALUE; Path=/' },
  { cookie: { path: 'é' }, line: 's=VALUE; Path=' },
  { cookie: { path: '/a"b\\c d,e' }, line: 's=VALUE; Path=/a"b\\c d,e' },
  { cookie: { path: '/a;b' }, line: 's=VALUE; Path=/ab' },
  { cookie: { path: '/a\r\nSet-Cookie: b' }, line: 's=VALUE; Path=/aSet-Cookie: b' },
  { cookie: { maxAge: 1 }, line: 's=VALUE; Path=/; Max-Age=1' },
  { cookie: { maxAge: -5 }, line: 's=VALUE; Path=/; Max-Age=0' },
  { cookie: { sameSite: 'LAX' }, line: 's=VALUE; Path=/; SameSite=Lax' },
  { cookie: { sameSite: 'none' }, line: 's=VALUE; Path=/; SameSite=None' },
  { cookie: { sameSite: 'odd' }, line: 's=VALUE; Path=/' },
  { cookie: { secure: true }, line: 's=VALUE; Path=/; Secure' },
  { cookie: { httpOnly: true }, line: 's=VALUE; Path=/; HttpOnly' },
];

for (const { cookie, line } of ROWS) {
  test(`${JSON.stringify(cookie)} is written ${JSON.stringify(line)}`, () => {
    assert.equal(setCookieWriter('s', { ...PLAIN, ...cookie })('VALUE'), line);
  });
}

const DOMAINS: readonly [domain: string, written: string][] = [
  ['.example.com', 'example.com'],
  ['..example.com', ''],
  ['EXAMPLE.Com', 'EXAMPLE.Com'],
  ['A1', 'A1'],
  ['example.com:80', ''],
  ['127.0.0.1', '127.0.0.1'],
  ['.1.2.3.4', ''],
  ['01.2.3.4', ''],
  ['1.2', ''],
  ['::1', ''],
  ['a_b.com', ''],
  ['a-.com', ''],
  ['-a.com', ''],
  ['a.com-', ''],
  ['a.com.', 'a.com.'],
  ['.', ''],
  ['localhost', 'localhost'],
  ['bücher.de', ''],
  [`${LABEL}.com`, `${LABEL}.com`],
  [`${LABEL}a.com`, ''],
  [LONGEST, LONGEST],
  [`${LONGEST}.`, ''],
];

for (const [domain, written] of DOMAINS) {
  test(`the domain ${JSON.stringify(domain)} is ${written === '' ? 'left out' : `written ${written}`}`, () => {
    const attribute = written === '' ? '' : `; Domain=${written}`;
    assert.equal(setCookieWriter('s', { ...PLAIN, domain })('VALUE'), `s=VALUE; Path=/${attribute}`);
  });
}
