import assert from 'node:assert/strict';
import test from 'node:test';
import { authorityOf, splitHostPort } from './host-port.ts';

for (const [text, host, port] of [
  ['127.0.0.1:80', '127.0.0.1', '80'],
  ['Plain.Example', 'Plain.Example', '-'],
  ['[::1]:99', '::1', '99'],
  ['[::1]', '[::1]', '-'],
  ['::1', '::1', '-'],
  ['a.b.c:', 'a.b.c', ''],
] as const)
  test(`${text} is the host ${host} and the port ${port || '(empty)'}`, () => {
    assert.deepEqual(splitHostPort(text), { host, port });
  });

for (const [url, authority] of [
  ['http://127.0.0.1:17101/', '127.0.0.1:17101'],
  ['http://node:80', 'node:80'],
  ['https://u:p@[::1]:443/x?y', '[::1]:443'],
  ['h2c://node', 'node'],
] as const)
  test(`the address in ${url} is ${authority}`, () => {
    assert.equal(authorityOf(url), authority);
  });
