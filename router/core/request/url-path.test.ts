import assert from 'node:assert/strict';
import test from 'node:test';
import { brokenEscape, decode, isClean, parsePath, withLeadingSlash, writePath } from './url-path.ts';

for (const [escaped, decoded, raw] of [
  ['/a/b', '/a/b', ''],
  ['/a%20b', '/a b', ''],
  ['/a%2fb', '/a/b', '/a%2fb'],
  ['/%61', '/a', '/%61'],
  ['/a%0a', '/a\n', '/a%0a'],
  ['/a%0A', '/a\n', ''],
  ['/caf%C3%A9', '/caf\xc3\xa9', ''],
  ['/caf\xc3\xa9', '/caf\xc3\xa9', '/caf\xc3\xa9'],
  ['/(a)', '/(a)', '/(a)'],
  ['/-_.~$&+,:;=@', '/-_.~$&+,:;=@', ''],
] as const)
  test(`${escaped} is ${JSON.stringify(decoded)}${raw === '' ? '' : ', with its own spelling'}`, () =>
    assert.deepEqual(parsePath(escaped), { decoded, raw }));

for (const { when, decoded, raw, written } of [
  { when: 'it was written as Go does', decoded: '/a b', raw: '', written: '/a%20b' },
  { when: 'it was written in another way', decoded: '/a/b', raw: '/a%2fb', written: '/a%2fb' },
  { when: 'what was written says something else by now', decoded: '/c', raw: '/a%2fb', written: '/c' },
  { when: 'what was written has a byte that no path has', decoded: '/a b', raw: '/a b', written: '/a%20b' },
  { when: 'what was written has a broken escape', decoded: '/a%zz', raw: '/a%zz', written: '/a%25zz' },
  { when: 'it is the star of OPTIONS', decoded: '*', raw: '', written: '*' },
  { when: 'it has a star', decoded: '/*', raw: '', written: '/%2A' },
  { when: 'it has control characters', decoded: '/\n\x7f', raw: '', written: '/%0A%7F' },
])
  test(`a path is written ${written} when ${when}`, () => assert.equal(writePath({ decoded, raw }), written));

for (const [escaped, broken] of [
  ['/a%20b%C3%a9', undefined],
  ['/a%zzb', '%zz'],
  ['/a%4', '%4'],
  ['/a%', '%'],
  ['/%20%2G/%', '%2G'],
  ['/%\nab', '%\na'],
] as const)
  test(`${JSON.stringify(escaped)} ${broken === undefined ? 'has no broken escape' : `breaks at ${JSON.stringify(broken)}`}`, () =>
    assert.equal(brokenEscape(escaped), broken));

test('only valid escapes are decoded', () => {
  assert.equal(decode('%41%2f%zz%00a41%4%'), 'A/%zz\0a41%4%');
});

for (const [path, clean] of [
  ['/a/b', true],
  ['/a/b/', true],
  ['a', true],
  ['', true],
  ['/.../a.b/..c', true],
  ['//a', false],
  ['/a//b', false],
  ['/a/./b', false],
  ['/a/.', false],
  ['/a/..', false],
  ['..', false],
  ['./a', false],
] as const)
  test(`${JSON.stringify(path)} is ${clean ? 'clean' : 'not clean'}`, () => assert.equal(isClean(path), clean));

test('a path that is there begins with a slash', () => {
  assert.deepEqual(['', '/', '/a', 'a', 'a/'].map(withLeadingSlash), ['', '/', '/a', '/a', '/a/']);
});
