import test from 'node:test';
import { LIMIT } from './test-bench.ts';
import { drainsUnderTraffic } from './test-drain.ts';

test('behind the router a node drains without a failed or strayed request, leaves, and comes back', LIMIT, (t) =>
  drainsUnderTraffic(t, { proxy: 'router', affinity: 'cookie' }),
);
