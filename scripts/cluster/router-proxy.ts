import { EventEmitter, once } from 'node:events';
import { followFiles } from '../../router/follow.ts';
import { Router } from '../../router/router.ts';
import { loadDynamic, loadStatic } from '../../router/traefik/config/load.ts';
import { createLog } from '../../shared/log.ts';
import { formatProblems } from '../../shared/source/format-problems.ts';
import type { Problem } from '../../shared/source/place.ts';
import { FOLLOW_MS, type ProxyOptions, type RunningProxy } from './proxy.ts';

/** The router in this process, on the same files that Traefik would read. */
export const startRouterProxy = async ({ staticFile, onLine }: ProxyOptions): Promise<RunningProxy> => {
  const { config, problems, sources } = await loadStatic(staticFile);
  if (config === undefined || problems.length > 0) throw refused(problems, sources);
  const dynamic = await loadDynamic(config.fileProvider);
  if (dynamic.problems.length > 0) throw refused(dynamic.problems, dynamic.sources);
  const log = createLog({ level: config.log.level, destination: { write: (line) => onLine(line.trimEnd()) } });
  // Its access log would go to our own stdout; observe the router instead.
  const router = new Router({ ...config, accessLog: undefined }, dynamic.config, log);
  await router.listen().catch(async (error) => {
    await router.kill();
    throw error;
  });
  const reloads = new EventEmitter();
  router.observe({ reloaded: (applied) => void reloads.emit('applied', applied) });
  const following = followFiles(router, config.fileProvider, {
    lenient: false,
    log,
    color: false,
    texts: dynamic.sources,
  });
  return {
    router,
    follow: async (change) => {
      await following.ready;
      const waiting = once(reloads, 'applied', { signal: AbortSignal.timeout(FOLLOW_MS) });
      await change();
      const [applied] = await waiting;
      if (applied !== true) throw new Error(`the router refuses ${config.fileProvider.path}; see its log`);
    },
    cutConnections: () => {
      router.cutConnections();
      return true;
    },
    close: async () => {
      following.close();
      await router.kill();
    },
  };
};

const refused = (problems: readonly Problem[], sources: ReadonlyMap<string, string>): Error =>
  new Error(formatProblems(problems, { color: false, sources }));
