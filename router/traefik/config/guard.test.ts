import assert from 'node:assert/strict';
import test from 'node:test';
import { guardTemplate, guardText } from './guard.ts';

const told = (problems: ReturnType<typeof guardText>): string[] =>
  problems.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
const TOML = 'this is a TOML file, and only YAML is read here';

for (const { when, text, expect, file = 'f.yml' } of [
  { when: 'a table of TOML', text: '# x\n\n[http.routers.a]\nrule = "x"', expect: [`3:1 ${TOML}`] },
  { when: 'a table of tables of TOML', text: '[[tls.certificates]] # x', expect: [`1:1 ${TOML}`] },
  { when: 'an assignment of TOML', text: '  debug = true', expect: [`1:1 ${TOML}`] },
  { when: 'the extension of TOML', text: 'a: 1', file: 'f.TOML', expect: [`1:1 ${TOML}`] },
  { when: 'a NUL', text: 'a: 1\nb: x\u0000', expect: ['2:5 the control character U+0000 is not allowed'] },
  { when: 'an escape', text: '\u001b[31m', expect: ['1:1 the control character U+001B is not allowed'] },
  { when: 'tabs, CRLF and every other letter', text: 'a: "\té—😀"\r\n', expect: [] },
  { when: 'an equals sign in a value', text: 'a: b = c\nd = e: 1', expect: [] },
  { when: 'a list in one line', text: '[a, b]', expect: [] },
  { when: 'a line of dashes', text: `${'-'.repeat(500)}: 1`, expect: [] },
])
  test(`the guard and ${when}`, () => assert.deepEqual(told(guardText(file, text)), expect));

test('two opening braces are refused anywhere, two closing ones are not', () => {
  assert.deepEqual(told(guardTemplate('f.yml', 'a: 1\n# {{ env "HOME" }}')), [
    '2:3 {{ starts a Go template, which Traefik would run',
  ]);
  assert.deepEqual(guardTemplate('f.yml', 'a: {b: {c: 1}}'), []);
});
