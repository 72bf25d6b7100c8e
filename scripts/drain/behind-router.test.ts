import test from 'node:test';
import { LIMIT } from './test-bench.ts';
import { drainsInPeace } from './test-story.ts';

test('behind the router a node drains without a failed or strayed request, leaves, and comes back', LIMIT, (t) =>
  drainsInPeace(t, { proxy: 'router', affinity: 'cookie' }),
);
