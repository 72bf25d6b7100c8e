import assert from 'node:assert/strict';
import test from 'node:test';
import { servicesInUse } from './in-use.ts';
import { exampleConfig, exampleFailover, exampleLoadBalancer, exampleWeighted } from './test-examples.ts';

const CONFIG = exampleConfig({
  a: exampleLoadBalancer([]),
  b: exampleLoadBalancer([]),
  c: exampleLoadBalancer([]),
  weighted: exampleWeighted(['a', 'failover', 'gone']),
  failover: exampleFailover('b', 'c'),
  circle: exampleWeighted(['circle', 'a']),
});

for (const [service, used] of [
  ['a', ['a']],
  ['weighted', ['a', 'b', 'c', 'failover', 'weighted']],
  ['failover', ['b', 'c', 'failover']],
  ['circle', ['a', 'circle']],
  ['gone', []],
] as const)
  test(`a router of ${service} uses ${used.join(', ') || 'nothing'}`, () => {
    const [router] = CONFIG.routers.values();
    const routers = new Map([['r', { ...router!, service: `${service}@file` }]]);
    const found = [...servicesInUse({ ...CONFIG, routers })].sort();
    assert.deepEqual(
      found,
      used.map((name) => `${name}@file`),
    );
  });
