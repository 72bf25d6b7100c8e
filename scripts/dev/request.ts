import type { ExchangeRecord } from '../../router/observe/record.ts';
import { jsonOf } from './json-line.ts';

/** One exchange as the terminal tells it, behind the router and behind Traefik alike. */
export type SeenRequest = {
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly node: string | undefined;
  readonly router: string | undefined;
  /** Why there; Traefik does not say. */
  readonly reason: string | undefined;
};

type NodeAt = (url: string) => string | undefined;

export const seenByRouter = (record: ExchangeRecord, nodeAt: NodeAt): SeenRequest => ({
  at: record.startedAt,
  method: record.method,
  target: record.target,
  status: record.status,
  milliseconds: record.duration,
  node: record.serverUrl === undefined ? undefined : nodeAt(record.serverUrl),
  router: record.router,
  reason: record.reason,
});

/** A line of Traefik's JSON access log; undefined for its other lines. */
export const seenByTraefik = (line: string, nodeAt: NodeAt): SeenRequest | undefined => {
  const fields = jsonOf(line);
  if (fields?.RequestMethod === undefined) return undefined;
  const text = (name: string): string | undefined => (fields[name] === undefined ? undefined : String(fields[name]));
  return {
    at: Date.parse(text('StartUTC') ?? ''),
    method: text('RequestMethod') ?? '',
    target: text('RequestPath') ?? '',
    status: Number(fields.DownstreamStatus),
    milliseconds: Number(fields.Duration) / 1e6,
    node: nodeAt(text('ServiceURL') ?? ''),
    router: text('RouterName'),
    reason: undefined,
  };
};
