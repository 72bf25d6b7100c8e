/**
 * Many hostile streams, each sent to the router and to Traefik if it is installed; compares what their servers execute.
 */
import type { RecordingOrigin } from '../rigs/recording-origin.ts';
import { differenceOf } from './explained.ts';
import { type Difference, type Outcome, same } from './outcome.ts';
import { type Stream, streamOf } from './streams.ts';
import { visit } from './visit.ts';

export type Side = { readonly name: string; readonly port: number; readonly origin: RecordingOrigin };

export type Campaign = {
  readonly streams: number;
  readonly executed: number;
  readonly crossed: readonly string[];
  readonly explained: ReadonlyMap<string, number>;
  readonly unexplained: readonly Difference[];
};

export type CampaignOptions = {
  readonly seed: number;
  readonly streams: number;
  readonly router: Side | undefined;
  readonly traefik: Side | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
};

const AT_ONCE = 24;
/** Anything missing after the first wait gets more time before it counts as a difference. */
const QUIET_MS = [40, 400, 3_000, 30_000];
/** A side that is silent for this long has nothing to send, unless the machine is busy. */
const LONG_MS = 3_000;

export const runCampaign = async (options: CampaignOptions): Promise<Campaign> => {
  const state = {
    next: 0,
    executed: 0,
    crossed: [] as string[],
    explained: new Map<string, number>(),
    unexplained: [] as Difference[],
  };
  const sides = [options.router, options.traefik].filter((side) => side !== undefined);
  const ask = async (stream: Stream, quietMs: number): Promise<Outcome[]> =>
    Promise.all(
      sides.map(async (side) => {
        const { outcome, crossed } = await send(side, stream, quietMs);
        state.executed += outcome.executed.length;
        state.crossed.push(...crossed.map((text) => `${side.name}, stream ${stream.seed}: ${text}`));
        return outcome;
      }),
    );
  const one = async (stream: Stream): Promise<void> => {
    for (const quietMs of QUIET_MS) {
      const [router, traefik] = await ask(stream, quietMs);
      if (router === undefined || traefik === undefined || same(router, traefik)) return;
      const last = quietMs === QUIET_MS.at(-1);
      // A side that is still waiting may just be slow.
      if (quietMs < LONG_MS && !(router.closed && traefik.closed)) continue;
      const id = differenceOf({ stream, traefik, router });
      if (id !== undefined) return void state.explained.set(id, (state.explained.get(id) ?? 0) + 1);
      if (last) state.unexplained.push({ stream, traefik, router });
    }
  };
  const work = async (): Promise<void> => {
    while (state.next < options.streams && !options.signal.aborted) {
      options.onProgress(state.next);
      await one(streamOf(options.seed + state.next++));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { ...state, streams: state.next };
};

let visitors = 0;
/** From 127.16.0.1 on: every connection of a run has its own address, which no normal client uses. */
const nextAddress = (): string => {
  const n = visitors++;
  return `127.${16 + ((n >> 16) & 127)}.${(n >> 8) & 255}.${n & 255}`;
};

const send = async (
  side: Side,
  { pieces }: Stream,
  quietMs: number,
): Promise<{ outcome: Outcome; crossed: readonly string[] }> => {
  const address = nextAddress();
  const { crossed, ...seen } = await visit({ port: side.port, address, pieces, quietMs });
  const executed = side.origin.take(address).map(({ method, target, host, body }) => {
    // A request without a Host gets the server's.
    return { method, target, host: host === side.origin.host ? '' : host, body };
  });
  return { outcome: { ...seen, executed }, crossed };
};
