import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../shared/log.ts';
import type { SessionRegistry } from '../shared/registry/session-registry.ts';
import type { SessionHost } from './host/session-host.ts';
import type { NodeDrain } from './node-drain.ts';
import type { Relay } from './relay/relay.ts';
import type { SessionTable } from './sessions/session-table.ts';
import type { HeldState } from './state/held-state.ts';

export type StopOptions = {
  /** undefined: the app's server, which the app closes. */
  readonly server: Server | undefined;
  readonly unsent: ReadonlySet<ServerResponse>;
  readonly table: SessionTable;
  readonly state: HeldState;
  readonly registry: SessionRegistry;
  readonly sessionHost: SessionHost;
  readonly log: Log;
  readonly stopDelayMs: number;
  readonly graceMs: number;
  readonly drain: NodeDrain;
  /** The bus between nodes. */
  readonly leave: () => Promise<void>;
  readonly relay: Relay | undefined;
};

/** Written answers must also arrive; the wait for a client that does not read is limited. */
const LAST_BYTES_MS = 2000;

/**
 * The order matters: balancers learn it first, and send new sessions elsewhere before any is refused here; then calls
 * end, then sessions, then connections, then the registry.
 */
export const stopNode = async (options: StopOptions): Promise<void> => {
  const { server, unsent, table, registry, sessionHost, log, drain, stopDelayMs, graceMs, relay } = options;
  log.info({ sessions: table.size, calls: table.running }, 'stopping: not ready for new sessions');
  // A session that is being opened may take longer than any grace period, or never open: the end of a drain waits for
  // it.
  const left = drain.leave(stopDelayMs).then(() => wait(stopDelayMs));
  await within(
    graceMs,
    left.then(() => table.quiet()),
  );
  if (table.running > 0) log.warn({ calls: table.running }, 'the grace period is over: aborting running calls');
  sayGoodbye(table, relay);
  options.state.abandonAll();
  await table.closeAll();
  await within(LAST_BYTES_MS, sent(unsent));
  if (server) await closeServer(server);
  relay?.stop();
  await sessionHost.stop();
  drain.stop();
  await options.leave();
  await registry.quit();
  log.info('stopped');
};

const closeServer = async (server: Server): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
};

/** Clients come back spread over this time, and not all at once. */
const RETURN_MS = { least: 250, spread: 2000 };

const sayGoodbye = (table: SessionTable, relay: Relay | undefined): void => {
  const own = [...table.all()].flatMap((session) => [...session.openAnswers]);
  for (const answer of [...own, ...(relay?.answers ?? [])])
    answer.end(`retry: ${Math.round(RETURN_MS.least + Math.random() * RETURN_MS.spread)}\n\n`);
};

/**
 * `server.close` does not wait for this: for Node an answer is over once its last byte is written, whether sent or not.
 */
const sent = (answers: ReadonlySet<ServerResponse>): Promise<unknown> =>
  Promise.all([...answers].map((answer) => new Promise((resolve) => answer.once('close', resolve))));

const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const over = new AbortController();
  await Promise.race([work, wait(ms, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
};
