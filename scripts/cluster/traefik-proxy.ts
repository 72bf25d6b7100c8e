import { setTimeout as wait } from 'node:timers/promises';
import { anyTraefik } from '../../shared/traefik-binary.ts';
import { startOwnedProcess } from './owned-process.ts';
import { FOLLOW_MS, type ProxyOptions, type RunningProxy } from './proxy.ts';

const START_MS = 20_000;
const POLL_MS = 25;
/** Real Traefik on the same files. `internal` is the URL of its metrics and its API. */
export const startTraefikProxy = async (
  { staticFile, onLine }: ProxyOptions,
  internal: string,
): Promise<RunningProxy> => {
  const command = anyTraefik()?.file;
  if (command === undefined) throw new Error('no Traefik 3 on the PATH; install it, or name it in TRAEFIK_BIN');
  const lastLines: string[] = [];
  const traefik = await startOwnedProcess({
    command,
    args: [`--configfile=${staticFile}`],
    onLine: (line) => {
      lastLines.push(line);
      if (lastLines.length > 10) lastLines.shift();
      onLine(line);
    },
  });
  const over = new AbortController();
  void traefik.ended.then((how) => over.abort(new Error([`Traefik ended ${how}`, ...lastLines].join('\n  '))));
  const close = async (): Promise<void> => {
    traefik.signal('SIGKILL');
    await traefik.ended;
  };
  const reloadsReach = (count: number, limitMs: number): Promise<void> =>
    until(async () => (await reloads(internal)) >= count, { limitMs, over: over.signal });
  // The counter increases before the routes change. The API is one of the routes, so it switches with them.
  const routesDiffer = (from: string, limitMs: number): Promise<void> =>
    until(async () => ((await routes(internal)) || from) !== from, { limitMs, over: over.signal });
  try {
    await reloadsReach(1, START_MS);
    await routesDiffer('', START_MS);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    router: undefined,
    follow: async (change) => {
      const [count, before] = [await reloads(internal), await routes(internal)];
      await change();
      await reloadsReach(count + 1, FOLLOW_MS);
      await routesDiffer(before, FOLLOW_MS);
    },
    cutConnections: () => false,
    close,
  };
};

const reloads = async (internal: string): Promise<number> => {
  try {
    const text = await (await fetch(`${internal}/metrics`)).text();
    return Number(/^traefik_config_reloads_total (\S+)/m.exec(text)?.[1] ?? 0);
  } catch {
    return 0; // It does not listen yet.
  }
};

/** The current routes, without health status; empty while none of the file's routes is active. */
const routes = async (internal: string): Promise<string> => {
  try {
    const { routers = {}, services = {} } = (await (await fetch(`${internal}/api/rawdata`)).json()) as RawData;
    const ours = (table: object): [string, object][] =>
      Object.entries(table).filter(([name]) => name.endsWith('@file'));
    if (ours(routers).length === 0) return '';
    return JSON.stringify([
      ours(routers),
      ours(services).map(([name, service]) => [name, { ...service, serverStatus: 0 }]),
    ]);
  } catch {
    return '';
  }
};
type RawData = { readonly routers?: object; readonly services?: object };

const until = async (
  holds: () => Promise<boolean>,
  { limitMs, over }: { readonly limitMs: number; readonly over: AbortSignal },
): Promise<void> => {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    over.throwIfAborted();
    if (performance.now() > deadline) throw new Error('Traefik does not follow its files; see its log');
    await wait(POLL_MS);
  }
};
