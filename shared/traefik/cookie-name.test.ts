import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieName } from './cookie-name.ts';

// Each seen in a Set-Cookie line of the binary, or in Traefik's own test of the function.
const ROWS = [
  { given: '', service: 'mcp@file', name: '_c1905' },
  { given: '', service: 'wunnamed@file', name: '_2cdc1' },
  { given: '', service: 'unnamed@file', name: '_d59b4' },
  { given: '', service: '/my/BACKEND-v1.0~rc1', name: '_5f7bc' },
  { given: '_mcp_backend', service: 'mcp@file', name: '_mcp_backend' },
  { given: "!#$%&'*+-.^`|~Az09_", service: 'mcp@file', name: "!#$%&'*+-.^`|~Az09_" },
  { given: 'a b;c=d"é€😀/@_', service: 'mcp@file', name: 'a_b_c_d_______' },
  { given: 'a\r\nb\0', service: 'mcp@file', name: 'a__b_' },
];

for (const { given, service, name } of ROWS) {
  test(`the cookie ${JSON.stringify(given)} of ${service} is called ${name}`, () => {
    assert.equal(cookieName(given, service), name);
  });
}
