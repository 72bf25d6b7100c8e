import type { Route } from './server.ts';

export type LazyRoute = Route & { load(): Promise<void> };

/** A route whose code may be loaded after the start: a node answers its probes before it has loaded the SDK. */
export const lazyRoute = (make: () => Promise<Route>): LazyRoute => {
  let made: Promise<void> | undefined;
  let route: Route | undefined;
  const load = (): Promise<void> => {
    made ??= make().then((one) => {
      route = one;
    });
    return made;
  };
  const first: Route = async (req, res) => {
    await load();
    // Its client has left meanwhile, and there would be no further event.
    if (req.destroyed) return void res.destroy();
    await route?.(req, res);
  };
  return Object.assign<Route, { load: LazyRoute['load'] }>((req, res) => (route ?? first)(req, res), { load });
};
