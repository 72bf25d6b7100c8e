import type { Middleware } from '../../core/middleware.ts';
import type { DynamicConfig, MiddlewareConfig } from '../../core/model.ts';
import { addPrefix } from './add-prefix.ts';
import type { FetchAuth } from './auth-service.ts';
import { buffering } from './buffering.ts';
import { type Built, type Failed, isFailed } from './built.ts';
import { forwardAuth } from './forward-auth.ts';
import { headers } from './headers.ts';
import { inFlightReq } from './in-flight-req.ts';
import { ipAllowList } from './ip-allow-list.ts';
import type { Sleep } from './leaving.ts';
import { rateLimit } from './rate-limit.ts';
import { redirectScheme } from './redirect-scheme.ts';
import { replacePathRegex } from './replace-path-regex.ts';
import { retry } from './retry.ts';
import { stripPrefix } from './strip-prefix.ts';

export type MiddlewareDeps = {
  /** Milliseconds with fractions, from a monotonic clock. */
  readonly now: () => number;
  readonly sleep: Sleep;
  readonly fetchAuth: FetchAuth;
};

export type Middlewares = {
  /** A chain is the list of its parts. */
  readonly middlewares: ReadonlyMap<string, readonly Middleware[]>;
  readonly errors: ReadonlyMap<string, readonly string[]>;
};

export const buildMiddlewares = (config: DynamicConfig, deps: MiddlewareDeps): Middlewares => {
  const middlewares = new Map<string, readonly Middleware[]>();
  const errors = new Map<string, readonly string[]>();
  for (const name of config.middlewares.keys()) {
    const list = flatten(name, { configs: config.middlewares, deps, above: [] });
    if (isFailed(list)) errors.set(name, [list.error]);
    else middlewares.set(name, list);
  }
  return { middlewares, errors };
};

type Site = {
  readonly configs: ReadonlyMap<string, MiddlewareConfig>;
  readonly deps: MiddlewareDeps;
  /** The enclosing chains. */
  readonly above: readonly string[];
};

const flatten = (name: string, { configs, deps, above }: Site): readonly Middleware[] | Failed => {
  const config = configs.get(name);
  if (config === undefined) return { error: `middleware "${name}" does not exist` };
  const here = [...above, name];
  if (above.includes(name)) return { error: recursionIn(here) };
  if (config.kind !== 'chain') {
    const built = build(config, deps);
    return isFailed(built) ? built : [built];
  }
  const lists: (readonly Middleware[])[] = [];
  // Traefik builds from last to first, and reports the first failure.
  for (const part of config.middlewares.toReversed()) {
    const list = flatten(part, { configs, deps, above: here });
    if (isFailed(list)) return list;
    lists.unshift(list);
  }
  return lists.flat();
};

const recursionIn = (names: readonly string[]): string => {
  const path = names.map((name) => `middleware:${name}`).join('->');
  return `could not instantiate middleware ${names.at(-1)}: recursion detected in ${path}`;
};

const build = (config: Exclude<MiddlewareConfig, { kind: 'chain' }>, deps: MiddlewareDeps): Built => {
  switch (config.kind) {
    case 'addPrefix':
      return addPrefix(config);
    case 'buffering':
      return buffering(config);
    case 'forwardAuth':
      return forwardAuth(config, deps.fetchAuth);
    case 'headers':
      return headers(config);
    case 'inFlightReq':
      return inFlightReq(config);
    case 'ipAllowList':
      return ipAllowList(config);
    case 'rateLimit':
      return rateLimit(config, deps);
    case 'redirectScheme':
      return redirectScheme(config);
    case 'replacePathRegex':
      return replacePathRegex(config);
    case 'retry':
      return retry(config);
    case 'stripPrefix':
      return stripPrefix(config);
  }
};
