import type { Middleware } from '../middleware.ts';
import type { DynamicConfig, RouterConfig } from '../model.ts';
import type { Rule } from '../rule/rule.ts';
import type { Service } from '../service/service.ts';

/** Services of the router itself, by Traefik's names. */
export type InternalService = 'ping@internal' | 'api@internal' | 'prometheus@internal' | 'noop@internal';

export type Route = {
  readonly name: string;
  readonly rule: Rule;
  readonly priority: number;
  readonly middlewares: readonly Middleware[];
  readonly service: Service | InternalService;
  readonly config: RouterConfig;
};

/** The routes of one entry point, highest priority first. A TLS connection only sees TLS routes, as in Traefik. */
export type EntryPointRoutes = { readonly plain: readonly Route[]; readonly tls: readonly Route[] };

/** The result for each item of the file: Traefik leaves out what it cannot build and continues with the rest. */
export type Standing = { readonly status: 'enabled' | 'disabled' | 'warning'; readonly errors: readonly string[] };

/** One error of a router, and the part of the router that it is about. `name`: the missing reference. */
export type RouterFault = {
  readonly part: 'rule' | 'service' | 'middlewares' | 'entryPoints';
  readonly name?: string;
  readonly message: string;
};

export type RoutingTable = {
  readonly config: DynamicConfig;
  readonly entryPoints: ReadonlyMap<string, EntryPointRoutes>;
  /** As served, by name: with the middlewares and TLS of the entry points. */
  readonly routers: ReadonlyMap<
    string,
    Standing & {
      readonly config: RouterConfig;
      readonly using: readonly string[];
      readonly faults: readonly RouterFault[];
    }
  >;
  readonly services: ReadonlyMap<string, Standing & { readonly usedBy: readonly string[] }>;
  readonly middlewares: ReadonlyMap<string, Standing & { readonly usedBy: readonly string[] }>;
};

export const NO_ROUTES: EntryPointRoutes = { plain: [], tls: [] };
