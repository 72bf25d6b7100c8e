import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reply } from '../../core/middleware.ts';
import type { ConfigOf } from './built.ts';
import { ipAllowList } from './ip-allow-list.ts';
import { errorOf, exampleExchange, HERE, replyOf, working } from './test-exchange.ts';

const config = (more: Partial<ConfigOf<'ipAllowList'>>): ConfigOf<'ipAllowList'> => ({
  kind: 'ipAllowList',
  name: 'one@file',
  at: HERE,
  sourceRange: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'],
  ipStrategy: { depth: 1, excludedIPs: [], ipv6Subnet: undefined },
  rejectStatusCode: 403,
  ...more,
});

/** As the last of X-Forwarded-For. */
for (const [address, allowed] of [
  ['10.0.0.1', true],
  ['10.0.0.1:99', true],
  ['192.0.2.1', true],
  ['192.0.2.2', false],
  ['2001:db8::1', true],
  ['2001:db8::1%eth0', true],
  ['[2001:db8::1]:80', true],
  ['[2001:db8::1]', false],
  ['::ffff:10.0.0.1', true],
  ['10.0.0.01', false],
  ['localhost', false],
  ['', false],
] as const)
  test(`${address || 'an empty address'} is ${allowed ? 'let in' : 'kept out'}`, () => {
    const exchange = exampleExchange({ headers: [['x-forwarded-for', `1.1.1.1, ${address}`]] });
    const reply = working(ipAllowList(config({}))).request?.(exchange) as Reply | undefined;
    assert.deepEqual(replyOf(reply), allowed ? undefined : { status: 403, headers: [], body: 'Forbidden' });
  });

for (const [rejectStatusCode, body] of [
  [404, 'Not Found'],
  [413, 'Request Entity Too Large'],
  [204, 'No Content'],
] as const)
  test(`rejectStatusCode ${rejectStatusCode} says ${body}`, () => {
    const reply = working(ipAllowList(config({ rejectStatusCode }))).request?.(exampleExchange());
    assert.deepEqual(replyOf(reply as Reply), { status: rejectStatusCode, headers: [], body });
  });

for (const [more, error] of [
  [{ sourceRange: [] }, 'sourceRange is empty, IPAllowLister not created'],
  [{ rejectStatusCode: 999 }, 'invalid HTTP status code 999'],
  [{ sourceRange: ['foo'] }, 'cannot parse CIDRs [foo]: parsing CIDR trusted IPs <nil>: invalid CIDR address: foo'],
  [
    { sourceRange: ['1.2.3.4', '1.2.3.4/33'] },
    'cannot parse CIDRs [1.2.3.4 1.2.3.4/33]: parsing CIDR trusted IPs <nil>: invalid CIDR address: 1.2.3.4/33',
  ],
] as const)
  test(`${JSON.stringify(more)} gives Traefik’s error`, () => {
    assert.equal(errorOf(ipAllowList(config(more))), error);
  });
