import type { RunEvent } from './event.ts';

/** The figures of a run, from its events. Pure. */

export type Counts = Readonly<Record<string, number>>;

export type Figures = {
  readonly clients: number;
  readonly sessions: {
    readonly opened: number;
    /** Closed by their clients, or still open at the end. */
    readonly kept: number;
    readonly lost: number;
    /** Lost ones whose client opened its next session at another node. */
    readonly moved: number;
    readonly byNode: Counts;
  };
  /** Clients that lost their session and do not come back. */
  readonly stranded: number;
  /** Clients without a session at the end, although they keep trying. */
  readonly without: number;
  readonly calls: { readonly ok: number; readonly failed: number; readonly causes: Counts };
  readonly refused: Counts;
  readonly notFound: Counts;
  /** Answers with a status of 500 and above, to any request. */
  readonly serverErrors: number;
  /** Answered by another node although the session's own is up. */
  readonly misroutes: number;
  readonly streams: { readonly opened: number; readonly ended: number };
  /** From a client's first failure to its next answer. */
  readonly recovery: { readonly count: number; readonly p50: number; readonly p99: number; readonly max: number };
};

export const figuresOf = (events: readonly RunEvent[], clients: number): Figures => {
  const of = <K extends RunEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<RunEvent, { kind: K }> => event.kind === kind);
  const [opened, lost, closed] = [of('opened'), of('lost'), of('closed')];
  const failed = of('failed');
  const recoveries = of('recovered')
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const streams = of('stream');
  return {
    clients,
    sessions: {
      opened: opened.length,
      kept: opened.length - lost.length,
      lost: lost.length,
      moved: opened.filter(({ from, node }) => from !== undefined && from !== node).length,
      byNode: openByNode(opened, [...lost, ...closed]),
    },
    stranded: of('stranded').length,
    without: clients - (opened.length - lost.length - closed.length),
    calls: { ok: of('answered').length, failed: failed.length, causes: countBy(failed, ({ cause }) => cause) },
    refused: countBy(of('refused'), ({ what, cause }) => `${what}: ${cause}`),
    notFound: countBy(of('not-found'), ({ reason }) => reason),
    serverErrors: of('server-error').length,
    misroutes: of('misroute').length,
    streams: { opened: streams.filter(({ open }) => open).length, ended: streams.filter(({ open }) => !open).length },
    recovery: {
      count: recoveries.length,
      p50: percentile(recoveries, 0.5),
      p99: percentile(recoveries, 0.99),
      max: recoveries.at(-1) ?? 0,
    },
  };
};

const countBy = <T>(items: readonly T[], name: (item: T) => string): Counts => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
};

const openByNode = (opened: readonly { node: string }[], ended: readonly { node: string }[]): Counts => {
  const counts: Record<string, number> = {};
  for (const { node } of opened) counts[node] = (counts[node] ?? 0) + 1;
  for (const { node } of ended) counts[node] = (counts[node] ?? 0) - 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
};

/** Of sorted values; nearest rank. */
export const percentile = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
