import type { ExchangeRecord } from '../../router/traefik/observe/record.ts';
import { PARTS } from '../../shared/traefik/dynamic.ts';
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
  /** Why there; of what Traefik's log does not say, only the route is known. */
  readonly reason: string | undefined;
};

type NodeAt = (url: string) => string | undefined;

export const seenByRouter = (record: ExchangeRecord, nodeAt: NodeAt): SeenRequest => {
  const node = record.serverUrl === undefined ? undefined : nodeAt(record.serverUrl);
  return {
    at: record.startedAt,
    method: record.method,
    target: record.target,
    status: record.status,
    milliseconds: record.duration,
    node,
    router: record.router,
    reason: byRoute(record.router, node) ?? record.reason,
  };
};

/** A node's own route takes the sessions whose ids name it; its pool of one has nothing more to say. */
const byRoute = (router: string | undefined, node: string | undefined): string | undefined => {
  const owner = NODE_ROUTE.exec(router ?? '')?.[1];
  if (owner === undefined || node === undefined) return undefined;
  return owner === node ? 'session-id' : `session-id, but ${owner} is down`;
};

const NODE_ROUTE = new RegExp(`^${PARTS.node('(.+)')}@file$`);

/** A line of Traefik's JSON access log; undefined for its other lines. */
export const seenByTraefik = (line: string, nodeAt: NodeAt): SeenRequest | undefined => {
  const fields = jsonOf(line);
  if (fields?.RequestMethod === undefined) return undefined;
  const text = (name: string): string | undefined => (fields[name] === undefined ? undefined : String(fields[name]));
  const node = nodeAt(text('ServiceURL') ?? '');
  return {
    at: Date.parse(text('StartUTC') ?? ''),
    method: text('RequestMethod') ?? '',
    target: text('RequestPath') ?? '',
    status: Number(fields.DownstreamStatus),
    milliseconds: Number(fields.Duration) / 1e6,
    node,
    router: text('RouterName'),
    reason: byRoute(text('RouterName'), node),
  };
};
