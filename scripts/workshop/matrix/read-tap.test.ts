import assert from 'node:assert/strict';
import test from 'node:test';
import { readTap } from './read-tap.ts';

const TAP = `TAP version 13
# Subtest: parent
    # Subtest: child
    not ok 1 - child
    ok 2 - sibling
    1..2
not ok 1 - parent
  ---
  location: '/work/a.test.ts:3:1'
  ...
ok 2 - alone # SKIP no Traefik here
  ---
  location: '/work/c.test.ts:1:1'
  ...
not ok 3 - another
  ---
  location: '/work/b.test.ts:1:1'
  ...
1..3
# tests 5
# pass 1
# fail 2
# skipped 1
`;

test('a failed test is named once, by its failed subtest, and so is its file', () => {
  assert.deepEqual(readTap(TAP), {
    counts: { pass: 1, fail: 2, skipped: 1 },
    failed: ['child', 'another'],
    files: ['/work/a.test.ts', '/work/b.test.ts'],
  });
});

test('without tests nothing has passed', () => {
  assert.deepEqual(readTap(''), { counts: { pass: 0, fail: 0, skipped: 0 }, failed: [], files: [] });
});
