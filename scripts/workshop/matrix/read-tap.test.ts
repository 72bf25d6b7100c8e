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
ok 2 - alone # SKIP no Traefik here
not ok 3 - another
1..3
# tests 5
# pass 1
# fail 2
# skipped 1
`;

test('a failed test is named once, by what failed in it', () => {
  assert.deepEqual(readTap(TAP), { counts: { pass: 1, fail: 2, skipped: 1 }, failed: ['child', 'another'] });
});

test('where nothing ran, nothing passed', () => {
  assert.deepEqual(readTap(''), { counts: { pass: 0, fail: 0, skipped: 0 }, failed: [] });
});
