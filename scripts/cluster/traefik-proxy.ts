import { setTimeout as wait } from 'node:timers/promises';
import { findTraefik, TRAEFIK_VERSION } from '../../router/parity/traefik-binary.ts';
import { startLeashed } from './leashed-process.ts';
import { FOLLOW_MS, type ProxyOptions, type RunningProxy } from './proxy.ts';

const START_MS = 20_000;
const POLL_MS = 25;
/** Its counter of reloads rises just before the routes change: nothing tells the moment itself. */
const SWITCH_MS = 100;

/** Real Traefik on the same files. `internal` is the URL of its ping and metrics. */
export const startTraefikProxy = async (
  { staticFile, onLine }: ProxyOptions,
  internal: string,
): Promise<RunningProxy> => {
  const command = findTraefik();
  if (command === undefined)
    throw new Error(`no Traefik ${TRAEFIK_VERSION} on the PATH; install it, or name it in TRAEFIK_BIN`);
  const lastLines: string[] = [];
  const traefik = await startLeashed({
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
  try {
    await reloadsReach(1, START_MS);
    await wait(SWITCH_MS);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    router: undefined,
    follow: async (change) => {
      const before = await reloads(internal);
      await change();
      await reloadsReach(before + 1, FOLLOW_MS);
      await wait(SWITCH_MS);
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
