import assert from 'node:assert/strict';
import test from 'node:test';
import type { IpStrategyConfig } from '../../core/model.ts';
import { isFailed } from './built.ts';
import { compileIpStrategy } from './ip-strategy.ts';
import { exampleRequest } from './test-exchange.ts';

const STRATEGY: IpStrategyConfig = { depth: 0, excludedIPs: [], ipv6Subnet: undefined };

const table: readonly { config: Partial<IpStrategyConfig>; peer?: string; forwarded?: string; is: string }[] = [
  { config: {}, forwarded: '1.1.1.1', is: '192.0.2.1' },
  { config: { depth: -1 }, forwarded: '1.1.1.1', is: '192.0.2.1' },
  { config: { depth: 1 }, forwarded: '1.1.1.1, 2.2.2.2', is: '2.2.2.2' },
  { config: { depth: 2 }, forwarded: '1.1.1.1,2.2.2.2', is: '1.1.1.1' },
  { config: { depth: 3 }, forwarded: '1.1.1.1,2.2.2.2', is: '' },
  { config: { depth: 1 }, is: '' },
  {
    config: { excludedIPs: ['10.1.0.0/16', '127.0.0.1'] },
    forwarded: '1.1.1.1, 10.1.2.3, 127.0.0.1, ,',
    is: '1.1.1.1',
  },
  { config: { excludedIPs: ['10.1.0.0/16'] }, forwarded: '10.1.0.1', is: '' },
  { config: { excludedIPs: ['10.1.0.0/16'] }, forwarded: '1.1.1.1, junk', is: 'junk' },
  { config: { depth: 1, excludedIPs: ['2.2.2.2'] }, forwarded: '1.1.1.1, 2.2.2.2', is: '2.2.2.2' },
  { config: { ipv6Subnet: 64 }, peer: '2001:db8::dead', is: '2001:db8:0:0:0:0:0:0' },
  { config: { ipv6Subnet: 36 }, peer: '2001:db8:ffff::1', is: '2001:db8:f000:0:0:0:0:0' },
  { config: { ipv6Subnet: 128 }, peer: '::1.2.3.4', is: '0:0:0:0:0:0:102:304' },
  { config: { ipv6Subnet: 64 }, peer: '192.0.2.9', is: '192.0.2.9' },
  { config: { depth: 1, ipv6Subnet: 64 }, forwarded: '2001:db8:0:1:2:3:4:5', is: '2001:db8:0:1:0:0:0:0' },
];

for (const { config, peer, forwarded, is } of table)
  test(`${JSON.stringify(config)} of ${peer ?? forwarded ?? 'a direct client'} is ${is || 'nobody'}`, () => {
    const strategy = compileIpStrategy({ ...STRATEGY, ...config });
    assert.ok(!isFailed(strategy));
    const headers = forwarded === undefined ? {} : { headers: [['x-forwarded-for', forwarded]] as const };
    assert.equal(strategy.of(exampleRequest({ ...headers, ...(peer && { remoteAddress: peer }) })), is);
  });

for (const [config, error] of [
  [{ ipv6Subnet: 0 }, 'invalid IPv6 subnet 0 value, should be greater to 0 and lower or equal to 128'],
  [{ depth: 1, ipv6Subnet: 129 }, 'invalid IPv6 subnet 129 value, should be greater to 0 and lower or equal to 128'],
  [{ excludedIPs: ['x'] }, 'parsing CIDR trusted IPs <nil>: invalid CIDR address: x'],
] as const)
  test(`${JSON.stringify(config)} gives Traefik’s error`, () => {
    assert.deepEqual(compileIpStrategy({ ...STRATEGY, ...config }), { error });
  });
