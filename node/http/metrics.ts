import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { SessionRegistry, StateKind } from '../../shared/registry/session-registry.ts';
import type { Absence } from '../core/which-404.ts';
import type { CloseReason } from '../host/session-host.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { HeldState } from '../state/held-state.ts';

export type NodeMetrics = {
  opened(): void;
  closed(why: CloseReason): void;
  missed(absence: Absence): void;
  missedState(kind: StateKind, reason: string): void;
  refused(why: 'draining' | 'full' | 'host' | 'origin'): void;
  /** A request that this node could not serve itself, and its outcome. */
  relayed(what: 'session' | 'state' | 'initialize', outcome: string): void;
  /** A request that another node has passed on, or that claims so. */
  marked(verdict: string): void;
  failed(): void;
  /** Gauges that are read at each scrape, not counted. */
  watch(seen: Watched): void;
  text(): Promise<string>;
  readonly contentType: string;
};

type Watched = {
  readonly table: SessionTable;
  readonly registry: SessionRegistry;
  readonly state: HeldState;
  readonly bus: { readonly lost: number };
};

export type MetricsOptions = {
  readonly node: string;
  /** Also the metrics of the process: event-loop lag, heap, open files. Only one node of a process enables them. */
  readonly ofProcess: boolean;
};

export const createMetrics = ({ node, ofProcess }: MetricsOptions): NodeMetrics => {
  const register = new Registry();
  register.setDefaultLabels({ node });
  if (ofProcess) collectDefaultMetrics({ register });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name: `mooring_${name}`, help, labelNames: [...labelNames], registers: [register] });
  const opened = counter('sessions_opened_total', 'Sessions opened.');
  const closed = counter('sessions_closed_total', 'Sessions ended, by reason.', ['reason']);
  const misses = counter('session_misses_total', 'Requests of sessions not held here.', ['reason', 'cookie']);
  const stateMisses = counter('state_misses_total', 'Handles and tasks not held here.', ['kind', 'reason']);
  const refused = counter('refused_total', 'Requests refused before they reached a session.', ['reason']);
  const relayed = counter('relayed_total', 'Misroutes for another node, by outcome.', ['what', 'outcome']);
  const marks = counter('relay_marks_total', 'Requests with a relay mark, by verdict.', ['verdict']);
  const failures = counter('failures_total', 'Uncaught errors, of the node or of your server.');
  return {
    opened: () => opened.inc(),
    closed: (reason) => closed.inc({ reason }),
    missed: ({ reason, cookie }) => misses.inc({ reason, cookie: cookie.sent ? 'sent' : 'none' }),
    missedState: (kind, reason) => stateMisses.inc({ kind, reason }),
    refused: (reason) => refused.inc({ reason }),
    relayed: (what, outcome) => relayed.inc({ what, outcome }),
    marked: (verdict) => marks.inc({ verdict }),
    failed: () => failures.inc(),
    watch: (seen) => watch(register, seen),
    text: () => register.metrics(),
    contentType: register.contentType,
  };
};

const watch = (register: Registry, { table, registry, state, bus }: Watched): void => {
  const gauges: Readonly<Record<string, readonly [help: string, read: () => number]>> = {
    sessions: ['Live sessions of this node.', () => table.size],
    handles: ['Open handles of this node.', () => state.sizeOf('handle')],
    tasks: ['Tasks that can be polled at this node.', () => state.sizeOf('task')],
    streams: ['Open responses, including GET streams.', () => openAnswers(table)],
    calls: ['Running calls.', () => table.running],
    events_lost_total: ['Events that were not sent to other nodes.', () => bus.lost],
    registry_up: ['1 when the registry accepts writes.', () => (registry.status().state === 'ready' ? 1 : 0)],
    registry_pending: ['Records not yet written to the registry.', () => registry.status().pending],
    registry_errors_total: ['Commands that failed.', () => registry.status().errors],
  };
  for (const [name, [help, read]] of Object.entries(gauges))
    new Gauge({
      name: `mooring_${name}`,
      help,
      registers: [register],
      collect() {
        this.set(read());
      },
    });
};

const openAnswers = (table: SessionTable): number => {
  let open = 0;
  for (const session of table.all()) open += session.openAnswers.size;
  return open;
};
