import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { noTraefik } from '../../shared/traefik-binary.ts';
import type { DynamicConfig } from '../core/model.ts';
import type { StaticConfig } from '../core/static-model.ts';
import { completeConfig } from '../core/table/compile.ts';
import { cookieFnv, cookieHash } from '../parity/cookie-values.ts';
import { fillWith } from '../parity/lab.ts';
import { observe } from '../parity/observe.ts';
import { Origin } from '../parity/origin.ts';
import { exchange } from '../parity/raw-client.ts';
import { type JsonObject, Subject } from '../parity/subject.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';
import { explain } from './explain.ts';

const ORIGINS = ['a', 'b', 'c'];
const server = (id: string) => ({ url: `{${id}}` });
const nodeRouter = (id: string): JsonObject => ({
  rule: `PathPrefix(\`/mcp\`) && HeaderRegexp(\`Mcp-Session-Id\`, \`^${id}\\.\`)`,
  priority: 3000,
  service: `node-${id}`,
});
const nodeServices = (id: string) => ({
  [`only-${id}`]: { loadBalancer: { servers: [server(id)], healthCheck: { path: '/healthz', interval: '60s' } } },
  [`node-${id}`]: { failover: { service: `only-${id}`, fallback: 'mcp' } },
});

const DYNAMIC: JsonObject = {
  http: {
    routers: {
      'node-a': nodeRouter('a'),
      'node-b': nodeRouter('b'),
      mcp: { rule: 'PathPrefix(`/mcp`)', priority: 1000, service: 'mcp' },
      strip: { rule: 'PathPrefix(`/strip`)', service: 'only-b', middlewares: ['strip'] },
      away: { rule: 'Host(`old.test`)', priority: 5000, service: 'mcp', middlewares: ['https'] },
      walled: { rule: 'Path(`/walled`)', service: 'mcp', middlewares: ['nobody'] },
      broken: { rule: 'Path(`/broken`)', service: 'nosuch' },
      empty: { rule: 'Path(`/empty`)', service: 'empty' },
    },
    services: {
      ...nodeServices('a'),
      ...nodeServices('b'),
      mcp: { loadBalancer: { servers: ORIGINS.map(server), sticky: { cookie: { name: 'pin', path: '/mcp' } } } },
      empty: { loadBalancer: { servers: [] } },
    },
    middlewares: {
      strip: { stripPrefix: { prefixes: ['/strip'] } },
      https: { redirectScheme: { scheme: 'https' } },
      nobody: { ipAllowList: { sourceRange: ['10.9.9.9'] } },
    },
  },
};

type Row = {
  readonly when: string;
  readonly method?: string;
  readonly target?: string;
  readonly host?: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** A finding that must be reported. */
  readonly finding?: string;
};

/** `{a}` stands for the URL of a server, here and above. */
const ROWS: readonly Row[] = [
  { when: 'a client is new' },
  { when: 'the session id names a node', headers: [['Mcp-Session-Id', 'b.1']] },
  {
    when: 'session id and cookie differ',
    headers: [
      ['Mcp-Session-Id', 'b.1'],
      ['Cookie', 'pin={a#}'],
    ],
    finding: 'session-and-cookie-differ',
  },
  { when: 'the session id names nobody', headers: [['Mcp-Session-Id', 'z.1']], finding: 'session-of-unknown-node' },
  { when: 'the session id has no node', headers: [['Mcp-Session-Id', '17']], finding: 'session-without-node' },
  { when: 'the cookie names a server', headers: [['Cookie', 'x=1; pin={c#}']] },
  { when: 'the cookie is of an older Traefik', headers: [['Cookie', 'pin={c%}']] },
  { when: 'the cookie comes twice', headers: [['Cookie', 'pin={a#}; pin={b#}']], finding: 'cookie-twice' },
  { when: 'the cookie is unknown', headers: [['Cookie', 'pin=0123456789abcdef']], finding: 'cookie-unknown' },
  { when: 'the path has to be cleaned', target: '/x/../mcp//y', headers: [['Cookie', 'pin={b#}']] },
  { when: 'a prefix is stripped', target: '/strip/deep' },
  { when: 'a middleware redirects', host: 'old.test' },
  { when: 'a middleware refuses', target: '/walled' },
  { when: 'no router matches', target: '/nowhere' },
  { when: 'the router is broken', target: '/broken', finding: 'router-left-out' },
  { when: 'the service has no server', target: '/empty' },
  { when: 'the target is no target', target: 'mcp' },
];

const skip = noTraefik();

describe('an explanation agrees with Traefik', { skip }, () => {
  const origins = new Map<string, Origin>();
  let traefik: Subject;
  let config: DynamicConfig;
  let staticConfig: StaticConfig;

  before(async () => {
    for (const id of ORIGINS) origins.set(id, await Origin.listen(id));
    const dynamic = fillWith(origins)(DYNAMIC);
    traefik = await Subject.start('traefik', { entryPoints: { web: {} }, dynamic });
    const text = JSON.stringify({
      entryPoints: { web: { address: ':80' } },
      providers: { file: { filename: 'd.yml' } },
    });
    staticConfig = readStatic({ file: 'traefik.yml', text }).config!;
    config = completeConfig(readDynamic([{ file: 'd.yml', text: JSON.stringify(dynamic) }]).config, staticConfig);
  });

  after(async () => {
    await traefik?.stop();
    await Promise.all([...origins.values()].map((origin) => origin.stop()));
  });

  const fill = (text: string): string =>
    text.replace(/\{(\w)([#%])\}/g, (_, id: string, form: string) => {
      const { url } = origins.get(id)!;
      return form === '#' ? cookieHash(url) : cookieFnv(url);
    });

  for (const { when, method = 'GET', target = '/mcp', host = 'a.test', headers = [], finding } of ROWS)
    it(`when ${when}`, async () => {
      const filled = headers.map(([name, value]) => [name, fill(value)] as const);
      const explained = explain({
        question: { entryPoint: 'web', tls: false, method, target, host, headers: filled, from: '127.0.0.1' },
        config,
        staticConfig,
        status: { isUp: () => true },
      });
      const head = [['Host', host], ...filled].map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const bytes = `${method} ${target} HTTP/1.1\r\n${head}Connection: close\r\n\r\n`;
      const seen = observe(await exchange(traefik.port('web'), bytes));
      const possible = explained.candidates.map(({ url }) => url);
      if (explained.outcome === 'answered') assert.deepEqual([seen.status, seen.by], [explained.status, undefined]);
      else assert.ok(possible.includes(origins.get(seen.by ?? '')?.url ?? ''), `${seen.by} is none of ${possible}`);
      assert.equal(explained.setCookies.length, seen.cookies.length);
      if (explained.candidates.length === 1) assert.deepEqual(explained.setCookies, seen.cookies);
      if (finding !== undefined) assert.ok(explained.findings.some(({ code }) => code === finding));
    });
});
