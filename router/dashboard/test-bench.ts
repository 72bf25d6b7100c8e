import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { silentLog } from '../../shared/log.ts';
import { Router } from '../router.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';

export const listen = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.after(() => server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const STATIC = `
entryPoints: { web: { address: '127.0.0.1:0' } }
providers: { file: { filename: dynamic.yml } }
`;

export const dynamicOf = (servers: readonly string[], more = '') =>
  readDynamic([
    {
      file: 'dynamic.yml',
      text: `http:
  routers:
    mcp:
      rule: PathPrefix(\`/mcp\`)
      service: mcp${more}
  services:
    mcp:
      loadBalancer:
        sticky: { cookie: { name: pin } }
        servers:
${servers.map((url) => `          - url: ${url}`).join('\n')}
`,
    },
  ]).config;

/** A router in this process: a sticky service `mcp` over the servers, on a free port. */
export const startRouter = async (
  t: TestContext,
  servers: readonly string[],
): Promise<{ router: Router; url: string }> => {
  const { config } = readStatic({ file: 'traefik.yml', text: STATIC });
  const router = new Router(config!, dynamicOf(servers), silentLog());
  t.after(() => router.kill());
  return { router, url: (await router.listen()).get('web')! };
};
