import { pinReason, routePinOf, shownReason } from '../../router/explain/shown-reason.ts';
import type { ExchangeRecord } from '../../router/traefik/observe/record.ts';
import { jsonObject } from '../../shared/json-object.ts';
import { PARTS } from '../../shared/traefik/parts.ts';
import { declaredName } from '../../shared/traefik/qualified-name.ts';
import type { ClusterNode } from '../cluster/cluster.ts';

/** One exchange as the terminal shows it, behind the router and behind Traefik alike. */
export type SeenRequest = {
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly node: string | undefined;
  readonly router: string | undefined;
  /** The reason; Traefik's log only has the route. */
  readonly reason: string | undefined;
};

type NodeAt = (url: string) => Pick<ClusterNode, 'id' | 'draining'> | undefined;

/** `rule`: of the matching route. */
export const seenByRouter = (record: ExchangeRecord, rule: string | undefined, nodeAt: NodeAt): SeenRequest => {
  return {
    at: record.startedAt,
    method: record.method,
    target: record.target,
    status: record.status,
    milliseconds: record.duration,
    node: record.serverUrl === undefined ? undefined : nodeAt(record.serverUrl)?.id,
    router: record.router,
    reason: shownReason({ ...record, rule }),
  };
};

type Traefik = { readonly nodeAt: NodeAt; readonly ruleOf: (router: string) => string };

/** A line of Traefik's JSON access log; undefined for its other lines. */
export const seenByTraefik = (line: string, { nodeAt, ruleOf }: Traefik): SeenRequest | undefined => {
  const fields = jsonObject(line);
  if (fields?.RequestMethod === undefined) return undefined;
  const text = (name: string): string | undefined => (fields[name] === undefined ? undefined : String(fields[name]));
  const node = nodeAt(text('ServiceURL') ?? '');
  const router = text('RouterName');
  return {
    at: Date.parse(text('StartUTC') ?? ''),
    method: text('RequestMethod') ?? '',
    target: text('RequestPath') ?? '',
    status: Number(fields.DownstreamStatus),
    milliseconds: Number(fields.Duration) / 1e6,
    node: node?.id,
    router,
    reason: router && node && reasonByRule(router, ruleOf(router), node.id),
  };
};

/** The log does not say whether a route fell back, but the server that answered does. */
const reasonByRule = (router: string, rule: string, node: string): string | undefined => {
  const pin = routePinOf({ name: router, rule });
  return pin && pinReason(pin, pin.by === 'cookie' ? router === declaredName(PARTS.cookie(node)) : pin.node === node);
};
