import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue, legacyCookieValues } from '../../shared/traefik/cookie-value.ts';
import { likelyCauses } from './cookie-causes.ts';
import { type CookieTarget, cookieForms, decodeCookie } from './decode-cookie.ts';

const at = { file: 'dynamic.yml', line: 1, column: 1 };
const target = (text: string, reader = 'mcp@file'): CookieTarget => ({
  reader,
  kind: 'service',
  cookie: 'pin',
  text,
  url: text,
  node: undefined,
  at,
});
const URL_OF_A = 'http://10.0.0.1:8080';
const TARGETS = [
  target(URL_OF_A),
  target('https://b.test'),
  target('http://127.0.0.1:9001'),
  target('blue', 'all@file'),
];

for (const { encoding, value } of cookieForms(URL_OF_A))
  test(`a cookie is known by its ${encoding}`, () => {
    const [match, ...more] = decodeCookie(value, TARGETS);
    assert.deepEqual([match?.target.text, match?.encoding, more], [URL_OF_A, encoding, []]);
  });

for (const { when, value, says, outside } of [
  { when: 'it is empty', value: '', says: /empty/ },
  {
    when: 'it is in capitals',
    value: cookieValue(URL_OF_A).toUpperCase(),
    says: /upper case; decoded, it is http:\/\/10/,
  },
  {
    when: 'it is percent-encoded',
    value: encodeURIComponent(URL_OF_A),
    says: /percent-encoded; decoded, it is http:\/\/10/,
  },
  { when: 'it is in quotes', value: `'${cookieValue(URL_OF_A)}'`, says: /quoted/ },
  {
    when: 'the URL had a slash at its end',
    value: cookieValue(`${URL_OF_A}/`),
    says: /belongs to http:\/\/10\.0\.0\.1:8080\/, but/,
  },
  {
    when: 'the URL had its port written out',
    value: cookieValue('https://b.test:443'),
    says: /belongs to https:\/\/b\.test:443, but/,
  },
  { when: 'the scheme was another', value: cookieValue('http://b.test'), says: /belongs to http:\/\/b\.test, but/ },
  {
    when: 'localhost was written',
    value: cookieValue('http://localhost:9001'),
    says: /belongs to http:\/\/localhost:9001, but/,
  },
  { when: 'an old encoding of a changed URL came', value: legacyCookieValues(`${URL_OF_A}/`)[1]!, says: /8080\/, but/ },
  {
    when: 'a child was written with its provider',
    value: cookieValue('blue@file'),
    says: /belongs to blue@file, but all@file/,
  },
  { when: 'its end is missing', value: cookieValue(URL_OF_A).slice(0, 9), says: /its end is missing/ },
  { when: 'something follows it', value: `${cookieValue(URL_OF_A)}.x`, says: /too long/ },
  {
    when: 'its node drains',
    value: cookieValue('http://10.0.0.9'),
    says: /it is http:\/\/10\.0\.0\.9, .* that node is draining/,
    outside: [{ url: 'http://10.0.0.9', service: 'only-n9@file' }],
  },
  {
    when: 'it is of another environment',
    value: '0123456789abcdef',
    says: /matches no name and no URL in these files/,
  },
  { when: 'it is no value of Traefik', value: 'session:1', says: /no version of Traefik/ },
])
  test(`the cause of an unknown cookie is named when ${when}`, () => {
    const causes = likelyCauses(value, TARGETS, { outside: outside ?? [] });
    assert.match(causes[0]?.message ?? '', says);
    assert.ok(causes.every(({ remedy }) => remedy !== ''));
  });
