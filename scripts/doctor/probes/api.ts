/** Traefik's API, or the router's: the same. */
import type { ApiFacts, ApiService } from '../facts.ts';
import { HttpClient } from '../http-client.ts';

const PATIENCE_MS = 5000;

type RawService = {
  readonly loadBalancer?: {
    readonly sticky?: { readonly cookie?: { readonly name?: string } };
    readonly healthCheck?: object;
    readonly servers?: readonly { readonly url?: string; readonly weight?: number }[];
  };
  readonly failover?: { readonly service?: string; readonly fallback?: string };
  readonly weighted?: { readonly services?: readonly { readonly name: string }[] };
  readonly mirroring?: { readonly service?: string };
  readonly serverStatus?: Readonly<Record<string, string>>;
};
type RawRouter = { readonly rule?: string; readonly service?: string; readonly middlewares?: readonly string[] };
export type RawData = {
  readonly routers?: Readonly<Record<string, RawRouter>>;
  readonly services?: Readonly<Record<string, RawService>>;
  readonly middlewares?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

type Reading = { readonly path: string; readonly insecure: boolean; readonly signal: AbortSignal };

export const readApi = async (given: URL, { path, insecure, signal }: Reading): Promise<ApiFacts> => {
  const prefix = given.pathname.replace(/\/+$/, '').replace(/\/api(\/rawdata)?$/, '');
  const url = `${given.origin}${prefix}`;
  const client = new HttpClient({ origin: given.origin, headers: {}, insecure, most: 1, signal });
  const answer = await client.open({ method: 'GET', path: `${prefix}/api/rawdata`, patienceMs: PATIENCE_MS });
  if (answer.kind === 'failed') return { kind: 'failed', url, why: answer.why };
  const limit = setTimeout(answer.close, PATIENCE_MS);
  try {
    const text = (await answer.body.toArray()).join('');
    if (answer.status !== 200) return { kind: 'failed', url, why: `it answers ${answer.status}` };
    return { kind: 'read', url, ...partsFor(JSON.parse(text) as RawData, path) };
  } catch {
    return { kind: 'failed', url, why: 'its answer is not JSON' };
  } finally {
    clearTimeout(limit);
  }
};

/** What a request to this path can meet. */
export const partsFor = (
  raw: RawData,
  path: string,
): Pick<ApiFacts & { kind: 'read' }, 'routers' | 'services' | 'middlewares'> => {
  const routers = routersFor(raw, path);
  const services = new Map<string, ApiService>();
  for (const [name, { service = '' }] of routers) collect(raw, qualified(service, name), services);
  const middlewares = new Map<string, string>();
  for (const [name, router] of routers)
    for (const middleware of router.middlewares ?? [])
      collectMiddlewares(raw, qualified(middleware, name), middlewares);
  return {
    routers: routers.map(([name]) => name),
    services: [...services.values()],
    middlewares: [...middlewares].map(([name, kind]) => ({ name, kind })),
  };
};

/** By the paths that the rules name; a rule that names none counts only where no other one does. */
const routersFor = ({ routers = {} }: RawData, path: string): [string, RawRouter][] => {
  const all = Object.entries(routers).filter(([name]) => !name.endsWith('@internal'));
  const named = all.filter(([, { rule = '' }]) =>
    pathsIn(rule).some((prefix) => prefix !== '/' && path.startsWith(prefix)),
  );
  if (named.length > 0) return named;
  return all.filter(([, { rule = '' }]) => pathsIn(rule).every((prefix) => prefix === '/'));
};

const pathsIn = (rule: string): string[] =>
  [...rule.matchAll(/\bPath(?:Prefix)?\(\s*[`"]([^`"]*)[`"]/g)].map(([, prefix]) => prefix!);

const qualified = (name: string, neighbour: string): string =>
  name.includes('@') ? name : `${name}@${neighbour.split('@')[1] ?? 'file'}`;

const collect = (raw: RawData, name: string, found: Map<string, ApiService>): void => {
  const service = raw.services?.[name];
  if (service === undefined || found.has(name)) return;
  const { loadBalancer, serverStatus = {} } = service;
  if (loadBalancer !== undefined)
    found.set(name, {
      name,
      cookie: loadBalancer.sticky?.cookie && (loadBalancer.sticky.cookie.name ?? ''),
      healthCheck: loadBalancer.healthCheck !== undefined,
      servers: (loadBalancer.servers ?? []).map(({ url = '', weight = 1 }) => ({
        url,
        weight,
        down: serverStatus[url] === 'DOWN',
      })),
    });
  for (const child of childrenOf(service)) collect(raw, qualified(child, name), found);
};

const childrenOf = ({ failover, weighted, mirroring }: RawService): string[] =>
  [
    failover?.service,
    failover?.fallback,
    mirroring?.service,
    ...(weighted?.services ?? []).map(({ name }) => name),
  ].filter((name) => name !== undefined);

const collectMiddlewares = (raw: RawData, name: string, found: Map<string, string>): void => {
  const middleware = raw.middlewares?.[name];
  if (middleware === undefined || found.has(name)) return;
  const kind = Object.keys(middleware).find((key) => !['status', 'usedBy', 'error'].includes(key)) ?? '';
  found.set(name, kind);
  const { middlewares = [] } = (middleware.chain ?? {}) as { middlewares?: readonly string[] };
  for (const one of middlewares) collectMiddlewares(raw, qualified(one, name), found);
};
