import assert from 'node:assert/strict';
import test from 'node:test';
import { compileAddressSet } from './address-set.ts';

for (const { range, has, hasNot } of [
  { range: '10.0.0.0/8', has: ['10.0.0.0', '10.255.255.255'], hasNot: ['9.255.255.255', '11.0.0.0', '::a00:1'] },
  { range: '10.1.2.3/8', has: ['10.9.9.9'], hasNot: ['11.1.2.3'] },
  { range: '0.0.0.0/0', has: ['255.255.255.255'], hasNot: ['2001:db8::1'] },
  { range: '192.168.1.7', has: ['192.168.1.7'], hasNot: ['192.168.1.8', '192.168.1.70'] },
  { range: '192.168.1.7/32', has: ['192.168.1.7'], hasNot: ['192.168.1.6'] },
  { range: 'fe80::/10', has: ['fe80::1', 'fe80::1%eth0', 'febf::1'], hasNot: ['fec0::1', '127.0.0.1'] },
  { range: '::1', has: ['::1', '0:0:0:0:0:0:0:1'], hasNot: ['::2'] },
  { range: '2001:db8::1/128', has: ['2001:db8::1'], hasNot: ['2001:db8::2'] },
  { range: '2001:db8::/33', has: ['2001:db8:7fff::1'], hasNot: ['2001:db8:8000::1'] },
])
  test(`${range} has ${has.join(', ')}, and not ${hasNot.join(', ')} nor what is no address`, () => {
    const set = compileAddressSet(['198.51.100.1', range]);
    assert.ok('contains' in set);
    assert.deepEqual([...has, ...hasNot, 'nowhere', ''].filter(set.contains), has);
  });

for (const range of [
  '10.0.0.0/33',
  'fd00::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/8x',
  'x/10.0.0.0/8',
  '/8',
  '',
  'localhost',
  'fe80::1%eth0',
])
  test(`${JSON.stringify(range)} is no range`, () =>
    assert.deepEqual(compileAddressSet(['10.0.0.0/8', range, 'worse']), {
      error: `parsing CIDR trusted IPs <nil>: invalid CIDR address: ${range}`,
    }));
