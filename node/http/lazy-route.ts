import type { Route } from './server.ts';

export type LazyRoute = Route & { load(): Promise<void> };

/** A route whose code is loaded after the start: a node answers its probes before it has read the SDK. */
export const lazyRoute = (make: () => Promise<Route>): LazyRoute => {
  let made: Promise<Route> | undefined;
  const load = (): Promise<Route> => {
    made ??= make();
    return made;
  };
  return Object.assign(async (...exchange: Parameters<Route>) => (await load())(...exchange), {
    load: async () => void (await load()),
  });
};
