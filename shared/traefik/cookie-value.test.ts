import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue, legacyCookieValues } from './cookie-value.ts';

// The hashes were made with Go's own crypto/sha256 and hash/fnv; the binary accepts each of them.
const VECTORS = [
  { text: 'http://127.0.0.1:3001', value: 'db604082b8b63636', fnv: ['2ecd862f26be4eec', '28bf499060447c0f'] },
  { text: 'http://127.0.0.1:3001/', value: '60cc869d83860750', fnv: ['4589ee1ed5601b2b', '820a948711925a33'] },
  { text: '', value: 'e3b0c44298fc1c14', fnv: ['cbf29ce484222325', '35f8b14ba770f893'] },
  { text: 'http://bücher.de', value: '996eb1da62fea2b2', fnv: ['7c5d6143a7fda92d', '2a25037bb9150c6a'] },
  { text: 'a', value: 'ca978112ca1bbdca', fnv: ['af63bd4c8601b7be', 'aa46beb093f6371d'] },
];

for (const { text, value, fnv } of VECTORS) {
  test(`${JSON.stringify(text)} has Traefik's cookie value and its old ones`, () => {
    assert.equal(cookieValue(text), value);
    assert.deepEqual(legacyCookieValues(text), [text, ...fnv]);
  });
}

test('an old value has no leading zeros, as Go writes numbers', () => {
  assert.equal(legacyCookieValues('http://127.0.0.1:6000')[1], '37e1f2f0e3655b6');
  assert.equal(legacyCookieValues('http://127.0.0.1:48000')[1], '9c12e36727d2a8');
});
