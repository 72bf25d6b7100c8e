import assert from 'node:assert/strict';
import test from 'node:test';
import { trustOf } from './trust.ts';

for (const { who, insecure = false, trustedIPs = [], trusted } of [
  { who: 'nobody', trusted: [] },
  { who: 'everybody', insecure: true, trusted: ['10.1.2.3', '192.168.0.1', 'fd00::1'] },
  { who: 'a range', trustedIPs: ['10.0.0.0/8'], trusted: ['10.1.2.3'] },
  { who: 'a range and an address', trustedIPs: ['10.0.0.0/8', 'fd00::1'], trusted: ['10.1.2.3', 'fd00::1'] },
  { who: 'a list with what is no range', trustedIPs: ['10.0.0.0/8', 'nobody'], trusted: [] },
])
  test(`the peers that an entry point trusts with ${who}`, () => {
    const isTrusted = trustOf({ insecure, trustedIPs });
    assert.deepEqual(['10.1.2.3', '192.168.0.1', 'fd00::1'].filter(isTrusted), trusted);
  });
