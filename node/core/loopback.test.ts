import assert from 'node:assert/strict';
import test from 'node:test';
import { isLoopback } from './loopback.ts';

for (const host of ['localhost', '127.0.0.1', '127.8.255.13', '::1', '[::1]'])
  test(`${host} is reachable from this machine only`, () => assert.equal(isLoopback(host), true));

for (const host of [
  '',
  '0.0.0.0',
  '::',
  '10.127.0.0.1',
  '127.0.0.1.example.com',
  '1127.0.0.1',
  'localhost.example.com',
])
  test(`${JSON.stringify(host)} may be reachable from elsewhere`, () => assert.equal(isLoopback(host), false));
