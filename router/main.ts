import { inspect, parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { endWithCaller } from '../shared/end-with-caller.ts';
import { createLog } from '../shared/log.ts';
import { optionProblem } from '../shared/option-problem.ts';
import { asCalled } from '../shared/program.ts';
import { formatProblems } from '../shared/source/format-problems.ts';
import type { Problem } from '../shared/source/place.ts';
import { forTerminal } from '../shared/terminal-text.ts';
import { buildTable, INERT_DEPS } from './build-table.ts';
import { readyJson, readyText, USAGE, withDashboardAddress } from './cli.ts';
import type { StaticConfig } from './core/static-model.ts';
import { completeConfig } from './core/table/compile.ts';
import { isLoopback, parseAddress } from './dashboard/loopback.ts';
import { followFiles, usable } from './follow.ts';
import { Router, TRAEFIK_VERSION } from './router.ts';
import { faultsOf } from './traefik/config/faults.ts';
import { loadDynamic, loadStatic } from './traefik/config/load.ts';

const options = {
  configfile: { type: 'string' },
  check: { type: 'boolean', default: false },
  lenient: { type: 'boolean', default: false },
  dashboard: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

const color = process.stderr.isTTY === true && !process.env.NO_COLOR;

const say = (text: string): void => console.log(forTerminal(asCalled(text), { color: false }));
const complain = (text: string): void => console.error(forTerminal(asCalled(text), { color }));

const misuse = (message: string): never => {
  complain(`${USAGE}\n\n${message}`);
  process.exit(2);
};

const fail = (problems: readonly Problem[], sources: ReadonlyMap<string, string>, json: boolean): never => {
  if (json) say(JSON.stringify({ event: 'problems', problems }));
  else complain(`${formatProblems(problems, { color, sources })}\n\n${count(problems.length)}`);
  process.exit(1);
};

const count = (problems: number): string => `${problems} ${problems === 1 ? 'problem' : 'problems'}`;

const args = ((): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] => {
  try {
    return parseArgs({ options, args: withDashboardAddress(process.argv.slice(2)) }).values;
  } catch (error) {
    return misuse(optionProblem(error, Object.keys(options)) ?? (error as Error).message);
  }
})();

/** V8 sometimes pretenures per-request objects, which doubles GC time on a busy router. */
setFlagsFromString('--no-allocation-site-pretenuring');

const main = async (): Promise<void> => {
  if (args.help) return say(USAGE);
  if (args.version) return say(`mooring router, as Traefik ${TRAEFIK_VERSION}, on Node ${process.versions.node}`);
  if (args.configfile === undefined) misuse('--configfile is missing');
  const dashboard = args.dashboard === undefined ? undefined : parseAddress(args.dashboard);
  if (args.dashboard !== undefined && (dashboard === undefined || !isLoopback(dashboard.host ?? '127.0.0.1')))
    misuse(`--dashboard ${args.dashboard}: only a loopback address is allowed, such as 127.0.0.1:8090`);
  const file = args.configfile!;
  const read = await loadStatic(file);
  const dynamic = read.config && (await loadDynamic(read.config.fileProvider));
  const sources = new Map([...read.sources, ...(dynamic?.sources ?? [])]);
  const kept = dynamic && usable(dynamic, args.lenient);
  if (
    read.config === undefined ||
    read.problems.length > 0 ||
    dynamic === undefined ||
    kept === undefined ||
    (args.check && dynamic.problems.length > 0)
  )
    return fail([...read.problems, ...(dynamic?.problems ?? [])], sources, args.json);
  const faults = faultsOf(buildTable(completeConfig(kept, read.config), read.config, INERT_DEPS));
  if (args.check && faults.length > 0) return fail(faults, sources, args.json);
  if (args.check)
    return say(args.json ? '{"event":"checked","problems":[]}' : `${[...sources.keys()].join(', ')}: no problems`);
  if (dynamic.problems.length > 0)
    complain(`${formatProblems(dynamic.problems, { color, sources })}\n\nskipped, because of --lenient`);
  if (faults.length > 0)
    complain(`${formatProblems(faults, { color, sources })}\n\nskipped, as Traefik skips invalid parts`);
  await run(read.config, { dynamic: kept, texts: dynamic.sources, files: [...sources.keys()], dashboard });
};

type Read = {
  readonly dynamic: Parameters<Router['apply']>[0];
  readonly texts: ReadonlyMap<string, string>;
  readonly files: readonly string[];
  readonly dashboard: DashboardAddress | undefined;
};

type DashboardAddress = NonNullable<ReturnType<typeof parseAddress>>;

const run = async (config: StaticConfig, { dynamic, texts, files, dashboard }: Read): Promise<void> => {
  const log = createLog({ level: config.log.level, format: config.log.format });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled promise rejection'));
  process.on('uncaughtException', (error) => log.error({ err: error }, 'uncaught exception'));
  const router = new Router(config, dynamic, log);
  const addresses = await router.listen().catch(cannotListen);
  const page = dashboard && (await openDashboard(router, dashboard, addresses).catch(cannotListen));
  const following = config.fileProvider.watch
    ? followFiles(router, config.fileProvider, { lenient: args.lenient, log, color, texts })
    : undefined;
  const ready = {
    addresses,
    dashboard: page?.url,
    files,
    watched: following !== undefined,
    milliseconds: Math.round(process.uptime() * 1000),
  };
  say(args.json ? readyJson(ready) : readyText(ready));
  stopOnSignal(router, () => {
    following?.close();
    void page?.close();
  });
};

const cannotListen = (error: NodeJS.ErrnoException): never => {
  complain(
    error.code === 'EADDRINUSE'
      ? `${error.message}\n  help: another process is listening there; stop it, or choose another address`
      : error.message,
  );
  process.exit(1);
};

/** Loaded on demand. */
const openDashboard = async (
  router: Router,
  address: DashboardAddress,
  addresses: ReadonlyMap<string, string>,
): Promise<{ readonly url: string; close(): Promise<void> }> =>
  (await import('./dashboard/start-dashboard.ts')).startDashboard({ router, addresses, ...address });

/** The first signal drains, the second exits at once; both exit with 0, as Traefik does. */
const stopOnSignal = (router: Router, unfollow: () => void): void => {
  let stopping = false;
  const onSignal = (): void => {
    unfollow();
    if (stopping) return void router.kill().finally(() => process.exit(0));
    stopping = true;
    router.stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGUSR1', () => void router.reopenLogs());
};

endWithCaller(process.env);
await main().catch((error: unknown) => {
  complain(inspect(error));
  process.exit(1);
});
