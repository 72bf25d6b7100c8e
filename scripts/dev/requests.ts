import type { Cluster } from '../cluster/cluster.ts';
import type { LastRequest } from './last-request.ts';
import { seenByRouter, seenByTraefik } from './request.ts';

/** Tells of every request that is over, by the router itself or by Traefik's access log. */
export const watchRequests = (cluster: Cluster, onRequest: (request: LastRequest) => void): (() => void) => {
  const nodeAt = (url: string): string | undefined => cluster.nodes().find((node) => node.url === url)?.id;
  if (cluster.router !== undefined)
    return cluster.router.observe({
      ended: (_, record) => {
        if (!record.internal) onRequest({ seen: seenByRouter(record, nodeAt), record });
      },
    });
  return cluster.subscribe((event) => {
    const seen = event.kind === 'line' && event.from === 'traefik' ? seenByTraefik(event.line, nodeAt) : undefined;
    if (seen !== undefined) onRequest({ seen, record: undefined });
  });
};
