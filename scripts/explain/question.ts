import { byteString } from '../../router/core/request/byte-string.ts';
import { defaultEntryPoints } from '../../router/core/table/entry-point-defaults.ts';
import { cookieTargets } from '../../router/explain/decode-cookie.ts';
import { nodeRoutesOf } from '../../router/explain/node-routes.ts';
import type { Question } from '../../router/explain/question.ts';
import { nearest } from '../../shared/source/nearest.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { Misuse } from '../cli/misuse.ts';
import type { TraefikFiles } from '../cli/traefik-files.ts';
import type { Asked } from './asked.ts';

export type Wishes = {
  readonly entryPoint: string | undefined;
  readonly from: string | undefined;
  readonly session: string | undefined;
  readonly cookie: string | undefined;
  readonly withoutCookie: boolean;
  readonly withoutSession: boolean;
};

/** From what was asked to the request that the router would read. */
export const questionOf = (asked: Asked, wishes: Wishes, files: TraefikFiles): Question => {
  const { scheme, host, target } = partsOf(asked.url);
  const entryPoint = entryPointOf(files, { named: wishes.entryPoint ?? asked.entryPoint, scheme, host });
  const headers = headersOf(asked, wishes, files);
  const given = headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  return {
    entryPoint,
    tls: scheme === undefined ? servesTls(files, entryPoint) : scheme === 'https' && servesTls(files, entryPoint),
    method: asked.method ?? 'GET',
    target: byteString(target),
    host: byteString(given ?? host ?? 'localhost'),
    headers: headers.map(([name, value]) => [name, byteString(value)] as const),
    from: wishes.from ?? asked.from ?? '127.0.0.1',
  };
};

type UrlParts = { readonly scheme: string | undefined; readonly host: string | undefined; readonly target: string };

/** Taken by hand: a URL parser would clean the path, and how it is cleaned is part of what is asked. */
const partsOf = (url: string): UrlParts => {
  const [, scheme, host, rest = ''] = /^(https?):\/\/(?:[^/?#@]*@)?([^/?#]*)([^#]*)/i.exec(url) ?? [];
  if (scheme !== undefined && host !== undefined && host !== '')
    return { scheme: scheme.toLowerCase(), host, target: rest.startsWith('/') ? rest : `/${rest}` };
  if (url.startsWith('/') || url === '*') return { scheme: undefined, host: undefined, target: url };
  const bare = /^([\w.-]+(?::\d+)?)(\/[^#]*)?$/.exec(url);
  if (bare === null) throw new Misuse(`${JSON.stringify(url)} is neither a URL nor a path such as /mcp`);
  return { scheme: 'http', host: bare[1], target: bare[2] ?? '/' };
};

type Place = {
  readonly named: string | undefined;
  readonly scheme: string | undefined;
  readonly host: string | undefined;
};

const entryPointOf = (files: TraefikFiles, { named, scheme, host }: Place): string => {
  const { entryPoints } = files.staticConfig;
  if (named !== undefined) {
    if (entryPoints.has(named)) return named;
    const near = nearest(named, entryPoints.keys());
    throw new Misuse(
      `there is no entry point ${JSON.stringify(named)}; ${near === undefined ? `there are ${[...entryPoints.keys()].join(', ')}` : `did you mean ${near}?`}`,
    );
  }
  const port = host === undefined ? undefined : Number(/:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? 443 : 80));
  const byPort = [...entryPoints.values()].find((one) => one.port === port)?.name;
  const defaults = defaultEntryPoints(files.staticConfig);
  const byScheme =
    scheme === undefined ? undefined : defaults.find((name) => servesTls(files, name) === (scheme === 'https'));
  return byPort ?? byScheme ?? defaults[0] ?? [...entryPoints.keys()][0]!;
};

const servesTls = ({ staticConfig, config }: TraefikFiles, name: string): boolean =>
  staticConfig.entryPoints.get(name)?.tls === true ||
  [...config.routers.values()].some((router) => router.tls && router.entryPoints.includes(name));

const headersOf = (asked: Asked, wishes: Wishes, files: TraefikFiles): (readonly [string, string])[] => {
  // What is said outright stands in place of what a log or a curl command had.
  const replaced = new Set([
    ...(wishes.withoutCookie || wishes.cookie !== undefined ? ['cookie'] : []),
    ...(wishes.withoutSession || wishes.session !== undefined ? ['mcp-session-id'] : []),
  ]);
  return [
    ...asked.headers.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...(wishes.withoutSession ? [] : sessionHeader(wishes.session)),
    ...(wishes.withoutCookie ? [] : cookieHeader(wishes.cookie, files)),
  ];
};

const sessionHeader = (id: string | undefined): [string, string][] =>
  id === undefined ? [] : [['Mcp-Session-Id', id]];

/** `name=value` as it stands; a bare value, or a node's id, for every sticky cookie of the files. */
const cookieHeader = (cookie: string | undefined, { config }: TraefikFiles): [string, string][] => {
  if (cookie === undefined) return [];
  if (/^[^=;:/\s]+=/.test(cookie)) return [['Cookie', cookie]];
  const node = nodeRoutesOf(config).find(({ id }) => id === cookie);
  const value = node === undefined ? cookie : cookieValue(node.url);
  const names = new Set(cookieTargets(config, () => undefined).map((target) => target.cookie));
  if (names.size === 0) throw new Misuse('no service of these files has a sticky cookie: write --cookie NAME=VALUE');
  return [['Cookie', [...names].map((name) => `${name}=${value}`).join('; ')]];
};
