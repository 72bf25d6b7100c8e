import type { RunEvent } from '../event.ts';

/** The events of a run in time slices: the data of the charts. Pure. */

export type Slice = {
  readonly fromMs: number;
  readonly ok: number;
  readonly failed: number;
  /** Open sessions of each node at the end of the slice, in the order of `nodes`. */
  readonly sessions: readonly number[];
};

export type Series = {
  readonly nodes: readonly string[];
  readonly slices: readonly Slice[];
  readonly steps: readonly { readonly at: number; readonly text: string }[];
  readonly recoveries: readonly number[];
};

export const SLICE_MS = 250;

export const seriesOf = (events: readonly RunEvent[], lengthMs: number): Series => {
  const nodes = [...new Set(events.flatMap((event) => (event.kind === 'opened' ? [event.node] : [])))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const open = new Map(nodes.map((node) => [node, 0]));
  const slices: Slice[] = [];
  let next = 0;
  for (let fromMs = 0; fromMs < Math.max(SLICE_MS, lengthMs); fromMs += SLICE_MS) {
    let [ok, failed] = [0, 0];
    for (; next < events.length && events[next]!.at < fromMs + SLICE_MS; next++) {
      const event = events[next]!;
      if (event.kind === 'opened') open.set(event.node, (open.get(event.node) ?? 0) + 1);
      if (event.kind === 'lost' || event.kind === 'closed') open.set(event.node, (open.get(event.node) ?? 0) - 1);
      if (event.at < 0) continue;
      if (event.kind === 'answered') ok++;
      if (event.kind === 'failed') failed++;
    }
    slices.push({ fromMs, ok, failed, sessions: nodes.map((node) => open.get(node) ?? 0) });
  }
  return {
    nodes,
    slices,
    steps: events.flatMap((event) =>
      event.kind === 'step' && !event.done ? [{ at: event.at, text: event.text }] : [],
    ),
    recoveries: events.flatMap((event) => (event.kind === 'recovered' ? [event.ms] : [])).sort((a, b) => a - b),
  };
};
