import { setTimeout as wait } from 'node:timers/promises';
import type { ServerCommand } from '../../shared/split-at-dashes.ts';
import type { Cluster, ClusterEvent } from '../cluster/cluster.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { AnswerBook } from './answer-book.ts';
import type { Happening, RunEvent } from './event.ts';
import { ping, whoami } from './fleet/messages.ts';
import { type Fleet, startFleet } from './fleet/start-fleet.ts';
import { perform } from './perform.ts';
import { actionOf, type Scenario } from './scenario.ts';

export type RunOptions = {
  readonly scenario: Scenario;
  readonly proxy: Cluster['proxy'];
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** A foreign server in place of the example, and its output before it answers. */
  readonly command?: ServerCommand;
  readonly path?: string;
  readonly onWaiting?: (event: ClusterEvent) => void;
};

export type Run = {
  readonly events: readonly RunEvent[];
  readonly clients: number;
  /** Of the timeline, which starts when all clients have their sessions. */
  readonly ms: number;
  readonly interrupted: boolean;
};

/** Runs one scenario on a new cluster; resolves when everything has been stopped. */
export const runScenario = async (options: RunOptions): Promise<Run> => {
  const { scenario, proxy, signal, command, path, onWaiting } = options;
  const { nodes, affinity } = scenario;
  const foreign = { ...(command && { command }), ...(path && { path }), ...(onWaiting && { onEvent: onWaiting }) };
  const cluster = await startCluster({ nodes, affinity, proxy, signal, ...foreign }).catch((error) => {
    if (!signal.aborted) throw error;
  });
  if (cluster === undefined) return { events: [], clients: 0, ms: 0, interrupted: true };
  try {
    return await runOn(cluster, options);
  } finally {
    await cluster.close();
  }
};

const runOn = async (cluster: Cluster, { scenario, seed, signal, onEvent, command }: RunOptions): Promise<Run> => {
  const events: RunEvent[] = [];
  const book = new AnswerBook();
  const over = new AbortController();
  const stop = (): void => over.abort();
  signal.addEventListener('abort', stop, { once: true });
  let zero: number | undefined;
  const begun = performance.now();
  const report = (happening: Happening): void => {
    // Events of clients that are being stopped are ignored.
    if (over.signal.aborted && happening.kind !== 'trouble') return;
    const at = Math.round(performance.now() - (zero ?? begun)) - (zero === undefined ? LONG_AGO : 0);
    book.note(happening, performance.now());
    const event: RunEvent = { at, ...happening };
    events.push(event);
    onEvent(event);
  };
  const now = (): number => performance.now();
  // A foreign server's tools are unknown.
  const call = command === undefined ? whoami : ping;
  const fleet = startFleet({ groups: scenario.fleet, url: cluster.mcp, seed, report, now, call, signal: over.signal });
  try {
    await fleet.seated;
    zero = performance.now();
    await followTimeline({ cluster, scenario, fleet, book, report, signal: over.signal, zero });
  } catch (error) {
    if (!over.signal.aborted) report({ kind: 'trouble', text: error instanceof Error ? error.message : String(error) });
  } finally {
    over.abort();
    signal.removeEventListener('abort', stop);
    await fleet.ended;
  }
  return { events, clients: fleet.size, ms: performance.now() - (zero ?? begun), interrupted: signal.aborted };
};

/** Events before all clients have a session have a negative time. */
const LONG_AGO = 3_600_000;

type Following = {
  readonly cluster: Cluster;
  readonly scenario: Scenario;
  readonly fleet: Fleet;
  readonly book: AnswerBook;
  readonly report: (happening: Happening) => void;
  readonly signal: AbortSignal;
  readonly zero: number;
};

const followTimeline = async ({ cluster, scenario, fleet, book, report, signal, zero }: Following): Promise<void> => {
  const until = (seconds: number): Promise<void> =>
    wait(Math.max(0, zero + seconds * 1000 - performance.now()), undefined, { signal });
  const withoutAnswer = (since: number): number => book.withoutAnswer(since);
  for (const { at, after, do: text } of scenario.timeline) {
    if (at !== undefined) await until(at);
    if (after !== undefined) await wait(after * 1000, undefined, { signal });
    signal.throwIfAborted();
    report({ kind: 'step', text, done: false });
    await perform({ cluster, signal, withoutAnswer, dropConnections: fleet.dropConnections }, actionOf(text));
    report({ kind: 'step', text, done: true });
  }
  await until(scenario.seconds);
};
