import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalName } from './header-name.ts';

for (const [name, canonical] of [
  ['mcp-session-id', 'Mcp-Session-Id'],
  ['CONTENT-TYPE', 'Content-Type'],
  ['x', 'X'],
  ['x--y', 'X--Y'],
  ['etag', 'Etag'],
  ['__proto__', '__proto__'],
] as const) {
  test(`${name} is written ${canonical}`, () => assert.equal(canonicalName(name), canonical));
}
