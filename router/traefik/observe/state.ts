import type { DynamicConfig, RouterConfig } from '../../core/model.ts';
import type { StaticConfig } from '../../core/static-model.ts';

type Standing = { readonly status: 'enabled' | 'disabled' | 'warning'; readonly errors: readonly string[] };
type Used = { readonly usedBy: readonly string[] };

/** The state of the running router, for its API. */
export type RunningState = {
  readonly static: StaticConfig;
  readonly table: {
    readonly config: DynamicConfig;
    /** As served: with additions of the entry points and computed priorities. `using`: the entry points that exist. */
    readonly routers: ReadonlyMap<
      string,
      Standing & { readonly config: RouterConfig; readonly using: readonly string[] }
    >;
    readonly services: ReadonlyMap<string, Standing & Used>;
    readonly middlewares: ReadonlyMap<string, Standing & Used>;
  };
  /** Which servers of a load balancer are up, by URL; undefined for a service that no router uses. */
  readonly serversUp: (service: string) => ReadonlyMap<string, boolean> | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly version: string;
};
