/** Traefik's API; the router's is the same. */
import type { ApiFacts, ApiService } from '../facts.ts';
import { HttpClient } from '../http-client.ts';
import type { Target } from '../target.ts';

const PATIENCE_MS = 5000;
export const API_REQUESTS = 2;

type RawService = {
  readonly loadBalancer?: {
    readonly healthCheck?: object;
    readonly servers?: readonly { readonly url?: string; readonly weight?: number }[];
  };
  readonly failover?: { readonly service?: string; readonly fallback?: string };
  readonly weighted?: { readonly services?: readonly { readonly name: string }[] };
  readonly mirroring?: { readonly service?: string };
  readonly serverStatus?: Readonly<Record<string, string>>;
};
type RawRouter = {
  readonly rule?: string;
  readonly service?: string;
  readonly middlewares?: readonly string[];
  readonly entryPoints?: readonly string[];
};
export type RawData = {
  readonly routers?: Readonly<Record<string, RawRouter>>;
  readonly services?: Readonly<Record<string, RawService>>;
  readonly middlewares?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};
export type RawEntryPoint = { readonly name?: string; readonly address?: string };

type Reading = { readonly target: Target; readonly insecure: boolean; readonly signal: AbortSignal };

export const readApi = async (given: URL, { target, insecure, signal }: Reading): Promise<ApiFacts> => {
  const prefix = given.pathname.replace(/(?<!\/)\/+$/, '').replace(/\/api(\/rawdata)?$/, '');
  const url = `${given.origin}${prefix}`;
  const client = new HttpClient({ origin: given.origin, headers: {}, insecure, most: API_REQUESTS, signal });
  try {
    const raw = (await readJson(client, `${prefix}/api/rawdata`)) as RawData;
    const entryPoints = (await readJson(client, `${prefix}/api/entrypoints`)) as readonly RawEntryPoint[];
    return { kind: 'read', url, ...partsFor(raw, { target, entryPoints }) };
  } catch (error) {
    return { kind: 'failed', url, why: (error as Error).message };
  }
};

const readJson = async (client: HttpClient, path: string): Promise<unknown> => {
  const answer = await client.open({ method: 'GET', path, patienceMs: PATIENCE_MS });
  if (answer.kind === 'failed') throw new Error(`${answer.why} (${answer.code})`);
  const limit = setTimeout(answer.close, PATIENCE_MS);
  try {
    const text = (await answer.body.toArray()).join('');
    if (answer.status !== 200) throw new Error(`it answers ${answer.status}`);
    return JSON.parse(text) as unknown;
  } finally {
    clearTimeout(limit);
  }
};

type Asked = { readonly target: Target; readonly entryPoints: readonly RawEntryPoint[] };
type Parts = Pick<ApiFacts & { readonly kind: 'read' }, 'routers' | 'services' | 'middlewares'>;

/** The parts that a request to the endpoint can reach. */
export const partsFor = (raw: RawData, asked: Asked): Parts => {
  const routers = routersFor(raw, asked);
  const services = new Map<string, ApiService | undefined>();
  const middlewares = new Map<string, string>();
  for (const [name, router] of routers) {
    collect(raw, qualified(router.service ?? '', name), services);
    for (const one of router.middlewares ?? []) collectMiddlewares(raw, qualified(one, name), middlewares);
  }
  return {
    routers: routers.map(([name]) => name),
    services: [...services.values()].filter((service) => service !== undefined),
    middlewares: [...middlewares].map(([name, kind]) => ({ name, kind })),
  };
};

/** Rules are only searched for names: each clue that narrows the list is used. */
const routersFor = ({ routers = {} }: RawData, { target, entryPoints }: Asked): [string, RawRouter][] => {
  const { hostname, port, protocol } = new URL(target.origin);
  const ending = `:${port || (protocol === 'https:' ? 443 : 80)}`;
  const entered = entryPoints.find(({ address = '' }) => address.replace(/\/tcp$/, '').endsWith(ending))?.name;
  const clues: ((router: RawRouter) => boolean)[] = [
    (router) => entered === undefined || (router.entryPoints?.includes(entered) ?? true),
    ({ rule = '' }) => noneOr(namesIn(rule, HOSTS), (host) => host.toLowerCase() === hostname),
    ({ rule = '' }) => namesIn(rule, PATHS).some((prefix) => prefix !== '/' && target.path.startsWith(prefix)),
    ({ rule = '' }) => noneOr(namesIn(rule, PATHS), (prefix) => target.path.startsWith(prefix)),
  ];
  return clues.reduce(
    (left, clue) => {
      const fitting = left.filter(([, router]) => clue(router));
      return fitting.length > 0 ? fitting : left;
    },
    Object.entries(routers).filter(([name]) => !name.endsWith('@internal')),
  );
};

const HOSTS = /\bHost\(\s*[`"]([^`"]*)[`"]/g;
const PATHS = /\bPath(?:Prefix)?\(\s*[`"]([^`"]*)[`"]/g;
const namesIn = (rule: string, what: RegExp): string[] => [...rule.matchAll(what)].map(([, name]) => name!);

const noneOr = (names: readonly string[], fits: (name: string) => boolean): boolean =>
  names.length === 0 || names.some(fits);

const qualified = (name: string, neighbour: string): string =>
  name.includes('@') ? name : `${name}@${neighbour.split('@')[1] ?? 'file'}`;

const collect = (raw: RawData, name: string, found: Map<string, ApiService | undefined>): void => {
  const service = raw.services?.[name];
  if (service === undefined || found.has(name)) return;
  found.set(name, service.loadBalancer && balancerOf(name, service));
  for (const child of childrenOf(service)) collect(raw, qualified(child, name), found);
};

const balancerOf = (name: string, { loadBalancer, serverStatus = {} }: RawService): ApiService => ({
  name,
  healthCheck: loadBalancer?.healthCheck !== undefined,
  servers: (loadBalancer?.servers ?? []).map(({ url = '', weight = 1 }) => ({
    url,
    weight,
    down: serverStatus[url] === 'DOWN',
  })),
});

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
