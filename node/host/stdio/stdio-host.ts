import type { ServerCommand } from '../../../shared/split-at-dashes.ts';
import type { EventLimits } from '../../core/event-buffer.ts';
import type { Exchange, HostParts, MakeHost } from '../session-host.ts';
import type { Connect } from '../streams/start-session.ts';
import { ENDING, STARTING } from './answers.ts';
import { startChild } from './child.ts';
import { PipeEnd, type PipeEndOptions } from './pipe-end.ts';
import { Places } from './places.ts';

export type StdioOptions = {
  readonly command: ServerCommand;
  /** Its complete environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A server that has not answered initialize after this time is ended. */
  readonly startMs: number;
  /** Including those that are still ending. */
  readonly mostProcesses: number;
  readonly eventLimits: EventLimits;
};

/** Each start uses a core for a while. */
const STARTING_AT_ONCE = 4;
const TURN_MS = 10_000;
const PROBE_MS = 30_000;

/** One program per session, with JSON lines on its standard input and output. */
export const stdioHost =
  (options: StdioOptions & { readonly probeMs?: number }): MakeHost =>
  (parts) => {
    const ends = new Set<PipeEnd>();
    const probe = (): void => ends.forEach((end) => void end.probe());
    const probes = setInterval(probe, options.probeMs ?? PROBE_MS).unref();
    let begin: ((exchange: Exchange) => Promise<void>) | undefined;
    return {
      load: async () => {
        const { receive } = await import('../streams/receive.ts');
        begin ??= receive({ ...parts, eventLimits: options.eventLimits, connect: connector(options, parts, ends) });
      },
      begin: async (exchange) => begin?.(exchange),
      health: async () => ({ kind: 'up' }),
      stop: async () => {
        clearInterval(probes);
        await Promise.all([...ends].flatMap((end) => [end.close(), end.gone]));
      },
    };
  };

const connector = (options: StdioOptions, { now, log }: HostParts, ends: Set<PipeEnd>): Connect => {
  const places = new Places(STARTING_AT_ONCE, TURN_MS);
  const start: PipeEndOptions['start'] = (listener) => startChild({ ...options, ...listener });
  return async (connecting) => {
    if (ends.size >= options.mostProcesses) return { kind: 'refused', error: ENDING };
    const place = await places.take();
    if (!place) return { kind: 'refused', error: STARTING };
    let mcp: PipeEnd | undefined;
    try {
      mcp = new PipeEnd({ ...connecting, start, startMs: options.startMs, now, log });
    } finally {
      void (mcp?.begun ?? Promise.resolve()).then(place.leave);
    }
    ends.add(mcp);
    void mcp.gone.then(() => ends.delete(mcp));
    return { kind: 'connected', mcp };
  };
};
