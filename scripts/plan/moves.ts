/** Clients that are pinned before a change, and what it does to them. */
import type { CookieTarget } from '../../router/explain/decode-cookie.ts';
import { prefixesOf } from '../../shared/topology/prefixes.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import type { Endpoint } from './endpoints.ts';
import type { ClientRequest, Reachable, World } from './world.ts';

export type PinKind = 'session-id' | 'cookie' | 'both' | 'handle';

export type Pin = {
  readonly by: PinKind;
  /** moves: to another server, or one of several. refused: no server gets it. */
  readonly fate: 'stays' | 'moves' | 'refused';
  /** Names of nodes, or URLs of servers without one. */
  readonly to: readonly string[];
  readonly why: string | undefined;
};

export type NodeMoves = {
  /** Undefined: no route names it. */
  readonly node: string | undefined;
  readonly url: string;
  /** The same server, written differently. */
  readonly rewritten: string | undefined;
  /** `after` is missing if its cookie stays valid. */
  readonly cookie: { readonly before: string; readonly after: string | undefined } | undefined;
  readonly pins: readonly Pin[];
  /** Of ids made before its tag changed. */
  readonly formerly?: readonly { readonly prefix: string; readonly pins: readonly Pin[] }[];
};

/** Including those of old ids. */
export const allPins = ({ pins, formerly = [] }: NodeMoves): readonly Pin[] => [
  ...pins,
  ...formerly.flatMap((one) => one.pins),
];

/** A session id that names no node, as other MCP servers make them. */
const NAMELESS = '00000000-0000-4000-8000-000000000000';

export const movesOf = (before: World, after: World): readonly NodeMoves[] => {
  const kept = new Set(after.servers);
  return before.servers.map((url) => {
    const node = before.names.get(url);
    const rewritten = after.servers.find((other) => other !== url && sameServer(other, url));
    const cookies = cookiesOf(before.cookieTargets, { node, url });
    const [prefix, ...formerly] = node === undefined ? [] : prefixesIn(before, node);
    const pinsBy = (own: string | undefined): readonly Pin[] =>
      pinsOf({ before, after, node, prefix: own, url, rewritten, cookies }).map((pin) => ({
        ...pin,
        to: pin.to.map((one) => named(one, after.names, node)).sort(),
      }));
    const pins = pinsBy(prefix);
    const old = pins.some(({ by }) => by === 'cookie') ? cookies[0] : undefined;
    const next = old && cookiesOf(after.cookieTargets, { node, url: kept.has(url) ? url : rewritten })[0];
    return {
      node,
      url,
      rewritten,
      cookie: old && { before: old.value, after: next?.value === old.value ? undefined : next?.value },
      pins,
      ...(formerly.length > 0 && { formerly: formerly.map((one) => ({ prefix: one, pins: pinsBy(one) })) }),
    };
  });
};

type Server = { readonly node: string | undefined; readonly url: string | undefined };
type Cookie = { readonly name: string; readonly value: string };

/** The cookies of a node's clients, in the form that the pools write, even if the node is in none. */
const cookiesOf = (targets: readonly CookieTarget[], { node, url }: Server): readonly Cookie[] => {
  const ofUrls = targets.every(({ kind, text, url: own }) => kind === 'router' || text === own);
  const own = targets.filter((one) => one.url === url || (node !== undefined && one.node === node));
  const ofForm = own.filter((one) => (one.text === one.url) === ofUrls);
  return ofForm.map(({ cookie, text }) => ({ name: cookie, value: cookieValue(text) }));
};

/** For the node itself its new URL says more than its unchanged name. */
const named = (url: string, names: ReadonlyMap<string, string>, own: string | undefined): string => {
  const name = names.get(url);
  return name === undefined || name === own ? url : name;
};

/** The text differs but host and port do not: it is the same process. */
const sameServer = (a: string, b: string): boolean => {
  if (!URL.canParse(a) || !URL.canParse(b)) return false;
  const [one, other] = [new URL(a), new URL(b)];
  return one.protocol === other.protocol && one.host === other.host;
};

type Asking = {
  readonly before: World;
  readonly after: World;
  readonly node: string | undefined;
  /** For these ids. */
  readonly prefix: string | undefined;
  readonly url: string;
  readonly rewritten: string | undefined;
  readonly cookies: readonly Cookie[];
};

const pinsOf = (asking: Asking): Pin[] => {
  const kinds: readonly PinKind[] = ['session-id', 'cookie', 'both', 'handle'];
  return kinds.flatMap((by) => {
    const pins = knocksOf(by, asking).flatMap((knock) => pinOf(by, knock, asking));
    // With several entry points, the worst result counts.
    return pins.find(({ fate }) => fate === 'refused') ?? pins.find(({ fate }) => fate === 'moves') ?? pins[0] ?? [];
  });
};

/** The prefix of a node's ids; our files do not have it, so its name. */
const prefixesIn = ({ nodes, side: { topology } }: World, node: string): readonly string[] => {
  const declared = topology?.nodes.find(({ id }) => id === node);
  if (declared !== undefined) return prefixesOf(declared);
  return nodes.find(({ id }) => id === node)?.prefixes ?? [node];
};

const knocksOf = (by: PinKind, { before: { endpoints }, prefix, cookies: own }: Asking): readonly ClientRequest[] => {
  // As the id of a session, a handle or a task.
  const session = prefix === undefined ? undefined : `${prefix}.${NAMELESS}`;
  const cookies = [...new Set(own.map(({ name, value }) => `${name}=${value}`))];
  return endpoints.flatMap((endpoint): ClientRequest[] => {
    if (by === 'session-id') return session === undefined ? [] : [{ endpoint, session }];
    if (by === 'handle') return session === undefined ? [] : [{ endpoint, handle: session }];
    if (by === 'cookie') return cookies.map((cookie) => ({ endpoint, session: NAMELESS, cookie }));
    return session === undefined ? [] : cookies.map((cookie) => ({ endpoint, session, cookie }));
  });
};

/** Empty if the old file did not pin such a client either. */
const pinOf = (by: PinKind, knock: ClientRequest, asking: Asking): Pin[] => {
  const { before, after, url } = asking;
  const was = before.ask(knock);
  if (was.urls.length !== 1 || was.urls[0] !== url) return [];
  const is = after.ask(knock);
  if (is.urls.length === 0) return [{ by, fate: 'refused', to: [], why: refusal(is, knock) }];
  if (is.urls.length === 1 && sameServer(is.urls[0]!, url)) return [{ by, fate: 'stays', to: is.urls, why: undefined }];
  return [{ by, fate: 'moves', to: is.urls, why: reason(by, knock.endpoint, asking) }];
};

const refusal = ({ status }: Reachable, { endpoint: { host = '', path, entryPoint } }: ClientRequest): string =>
  status === 404
    ? `nothing is routed at ${host}${path} on ${entryPoint} any more${host === '' ? ', at least for some hosts' : ''}`
    : `they get ${status}`;

const reason = (by: PinKind, { host, path }: Endpoint, { before, after, node, url, rewritten }: Asking): string => {
  const who = node ?? url;
  const now = after.side.topology?.nodes.find(({ id }) => id === node);
  if (now?.state === 'out') return `${who} is out`;
  if (after.side.topology !== undefined && now === undefined) return `${who} is removed`;
  if (now !== undefined && !sameServer(now.url, url))
    return `${who} is ${now.url} now, and they continue only if the same process answers there`;
  const places = after.endpoints;
  if (!places.some((place) => place.path === path && place.host === host))
    return `the endpoint is at ${[...new Set(places.map((place) => place.path))].join(', ')} now, not at ${path}`;
  if (by === 'session-id' || by === 'both') return `no route takes the session ids of ${who} any more`;
  if (by === 'handle') return `no route takes the handles and tasks of ${who} any more`;
  const [wasCalled, isCalled] = [before.cookieNames, after.cookieNames];
  if (isCalled.length === 0) return 'no service reads a cookie any more';
  if (!wasCalled.some((name) => isCalled.includes(name)))
    return `the cookie is ${isCalled.join(', ')} now, not ${wasCalled.join(', ')}`;
  if (rewritten !== undefined) return `its URL is written ${rewritten} now, and the cookie is a hash of that text`;
  return `${url} is in no pool any more`;
};
