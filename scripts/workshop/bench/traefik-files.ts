import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COOKIE, PATH } from './plan.ts';

/** The same two files for Traefik and for the router: `/mcp` is pinned by a cookie, everything else is balanced. */
export const writeTraefikFiles = (folder: string, port: number, servers: readonly string[]): string => {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, content: object): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content, undefined, 2));
    return path;
  };
  const balanced = {
    servers: servers.map((url) => ({ url })),
    healthCheck: { path: '/healthz', interval: '30s', timeout: '5s' },
  };
  const cookie = { name: COOKIE, httpOnly: true, secure: true, sameSite: 'strict' };
  const filename = file('dynamic.yml', {
    http: {
      routers: {
        mcp: { rule: `PathPrefix(\`${PATH}\`)`, service: 'mcp', priority: 100 },
        rest: { rule: 'PathPrefix(`/`)', service: 'rest', priority: 1 },
      },
      services: {
        mcp: { loadBalancer: { ...balanced, sticky: { cookie } } },
        rest: { loadBalancer: balanced },
      },
    },
  });
  return file('traefik.yml', {
    entryPoints: { web: { address: `127.0.0.1:${port}` } },
    providers: { file: { filename } },
    log: { level: 'ERROR' },
  });
};
