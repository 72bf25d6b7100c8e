import type { TestContext } from 'node:test';
import { testNode } from '../../test-bench.ts';
import { hostContract } from '../test-contract.ts';
import { upstreamHost } from './upstream-host.ts';
import type { UpstreamOptions } from './way.ts';

const HEALTH = { path: '/healthz' };

/** A node of ours is a server like any other, with ids of its own. */
const behindAnother = async (t: TestContext, more: Partial<UpstreamOptions> = {}) => {
  const server = await testNode(t, { name: 'server' });
  return {
    makeHost: upstreamHost({
      url: `${server.url}/mcp`,
      era: 'sessions',
      passHostHeader: false,
      health: HEALTH,
      ...more,
    }),
  };
};

hostContract({ name: 'a server elsewhere', resume: 'server', options: behindAnother });
