import assert from 'node:assert/strict';
import test from 'node:test';
import { byteString, textOf } from './byte-string.ts';

for (const [text, bytes] of [
  ['plain', 'plain'],
  ['Zürich', 'Z\xc3\xbcrich'],
  ['\x7f\x80', '\x7f\xc2\x80'],
  ['ÿ', '\xc3\xbf'],
  ['€', '\xe2\x82\xac'],
] as const)
  test(`${JSON.stringify(text)} travels as ${bytes.length} bytes and is read again`, () => {
    assert.equal(byteString(text), bytes);
    assert.equal(textOf(bytes), text);
  });
