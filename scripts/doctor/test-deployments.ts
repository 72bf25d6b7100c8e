/** For tests: one proxy with an entry point for each deployment, each with one fault. */
import type { Json, JsonObject } from '../../router/parity/subject.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { dynamicOf } from '../../shared/traefik/dynamic.ts';

export type Deployment = {
  readonly name: string;
  readonly dynamic: JsonObject;
  readonly entryPoint?: JsonObject;
  /** Ids of the expected problems and warnings. */
  readonly finds: readonly string[];
  /** Only Traefik has such a part. */
  readonly only?: 'traefik';
  readonly secure?: boolean;
};

export type Servers = { readonly nodes: readonly { readonly id: string; readonly url: string }[] };

const HEALTH = { path: '/healthz', interval: '1s', timeout: '900ms' };
const COOKIE = { name: '_mcp_backend', httpOnly: true, sameSite: 'strict' };

type Endpoint = {
  readonly servers: readonly Json[];
  readonly cookie?: JsonObject;
  readonly health?: boolean;
  readonly middleware?: JsonObject;
  /** In addition, for GraphQL: the same servers, without a cookie unless one is given. */
  readonly graphql?: JsonObject;
};

/** A deployment that pins by cookie only, with its own names. */
const endpoint = (name: string, { servers, cookie, health = true, middleware, graphql = {} }: Endpoint): JsonObject => {
  const balancer = (sticky: JsonObject | undefined): JsonObject => ({
    loadBalancer: { servers, ...(health && { healthCheck: HEALTH }), ...(sticky && { sticky: { cookie: sticky } }) },
  });
  const middlewares: string[] = middleware ? [`${name}-middleware`] : [];
  const router = (rule: string, service: string): JsonObject => ({
    entryPoints: [name],
    rule,
    service,
    ...(middleware && { middlewares }),
  });
  return {
    routers: {
      [`${name}-mcp`]: router('PathPrefix(`/mcp`)', `${name}-mcp`),
      [`${name}-graphql`]: router('PathPrefix(`/graphql`)', `${name}-default`),
    },
    services: {
      [`${name}-mcp`]: balancer(cookie),
      [`${name}-default`]: balancer(graphql.name === undefined ? undefined : graphql),
    },
    ...(middleware && { middlewares: { [`${name}-middleware`]: middleware } }),
  };
};

/** Made by `npm run generate`, so it has no fault. */
export const generated = (name: string, { nodes }: Servers, cookie: object = {}): JsonObject => {
  const topology = topologySchema.parse({
    nodes,
    entryPoints: { [name]: { address: ':1' } },
    cookie: { secure: false, ...cookie },
  });
  const text = JSON.stringify(dynamicOf(topology).http).replace(
    /"((?:node|only|ready|cookie)-n\d|alive|(?:mcp|default)(?:-ready)?|route-graphql)"/g,
    `"${name}-$1"`,
  );
  return JSON.parse(text) as JsonObject;
};

export const deploymentsOf = (servers: Servers, stubs: Readonly<Record<string, string>>): readonly Deployment[] => {
  const three = servers.nodes.map(({ url }) => ({ url }));
  const on = (
    name: string,
    finds: readonly string[],
    rest: Omit<Endpoint, 'servers'>,
    more: Partial<Deployment> = {},
  ) => ({
    name,
    finds,
    dynamic: endpoint(name, { servers: three, ...rest }),
    ...more,
  });
  const before = (name: string, finds: readonly string[]): Deployment => ({
    name,
    finds,
    dynamic: endpoint(name, { servers: [{ url: stubs[name]! }], cookie: COOKIE, health: false }),
  });
  const half = three.map((server, i) => ({ ...server, weight: i === 0 ? 0 : 1 }));
  const withRoutes = (name: string, finds: readonly string[], cookie: object): Deployment => ({
    name,
    finds,
    dynamic: generated(name, servers, cookie),
  });
  return [
    withRoutes('good', [], {}),
    withRoutes('securebyid', ['secure-over-http'], { secure: true }),
    on('nothing', ['session-lost'], {}),
    on('cookieonly', ['cookie-only'], { cookie: COOKIE }),
    on('secure', ['session-lost', 'secure-over-http'], { cookie: { ...COOKIE, secure: true } }),
    on('path', ['session-lost', 'cookie-path'], { cookie: { ...COOKIE, path: '/other' } }),
    on('bare', ['cookie-only', 'not-http-only', 'no-same-site'], { cookie: { name: '_mcp_backend' } }),
    on('none', ['cookie-only', 'none-not-secure'], { cookie: { ...COOKIE, sameSite: 'none' } }),
    on('shared', ['cookie-only', 'graphql-sticky'], { cookie: COOKIE, graphql: COOKIE }),
    on('hidden', ['cookie-only', 'session-id-hidden'], {
      cookie: COOKIE,
      middleware: { headers: { customResponseHeaders: { 'Access-Control-Expose-Headers': '' } } },
    }),
    on('stripped', ['cookie-only', 'headers-stripped'], {
      cookie: COOKIE,
      middleware: { headers: { customRequestHeaders: { 'Mcp-Method': '' } } },
    }),
    on('buffered', ['cookie-only', 'stream-buffered', 'buffering-on-route'], {
      cookie: COOKIE,
      middleware: { buffering: { maxRequestBodyBytes: 1_000_000 } },
    }),
    on(
      'compressed',
      ['cookie-only', 'stream-compressed', 'compress-on-route'],
      { cookie: COOKIE, middleware: { compress: {} } },
      { only: 'traefik' },
    ),
    on('unchecked', ['cookie-only', 'no-health-check'], { cookie: COOKIE, health: false }),
    {
      name: 'weightless',
      finds: ['cookie-only', 'weight-zero'],
      dynamic: endpoint('weightless', { servers: half, cookie: COOKIE }),
    },
    on('tls', ['cookie-only', 'not-secure'], { cookie: COOKIE }, { secure: true, entryPoint: { http: { tls: {} } } }),
    ...Object.keys(stubs).map((name) => before(name, ['no-health-check', ...STUBS[name]!.finds])),
  ];
};

/** Faulty servers, each behind the proxy. */
export const STUBS: Readonly<Record<string, { readonly options: object; readonly finds: readonly string[] }>> = {
  badrequest: { options: { unknown: 'bad request' }, finds: ['unknown-session-400'] },
  replaced: { options: { unknown: 'replaced' }, finds: ['unknown-session-replaced'] },
  accepted: { options: { unknown: 'accepted' }, finds: ['unknown-session-accepted'] },
  plain: { options: { unknown: 'plain' }, finds: ['unknown-session-form'] },
  origin: { options: { checksOrigin: false }, finds: ['origin-unchecked'] },
  host: { options: { checksHost: false }, finds: ['host-unchecked'] },
  cut: { options: { cutsAfterMs: 100 }, finds: ['stream-cut'] },
  packed: { options: { compresses: true }, finds: ['stream-compressed'] },
  twice: {
    options: { ownCookie: '_mcp_backend=mine; HttpOnly; SameSite=Strict' },
    finds: ['same-name-cookies'],
  },
  broken: { options: { discover: 'broken' }, finds: ['no-fall-back'] },
};
