import { dynamicOf } from '../../shared/traefik/dynamic.ts';
import { writtenName } from '../../shared/traefik/qualified-name.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { LastRequest } from './last-request.ts';
import { seenByRouter, seenByTraefik } from './request.ts';

/** Reports every finished request, from the router itself or from Traefik's access log. */
export const watchRequests = (cluster: Cluster, onRequest: (request: LastRequest) => void): (() => void) => {
  const nodeAt = (url: string) => cluster.nodes().find((node) => node.url === url);
  if (cluster.router !== undefined)
    return cluster.router.observe({
      ended: ({ route }, record) => {
        if (!record.internal) onRequest({ seen: seenByRouter(record, route?.config.rule, nodeAt), record });
      },
    });
  const ruleOf = (router: string): string =>
    dynamicOf(cluster.topology()).http.routers[writtenName(router)]?.rule ?? '';
  return cluster.subscribe((event) => {
    const ofTraefik = event.kind === 'line' && event.from === 'traefik';
    const seen = ofTraefik ? seenByTraefik(event.line, { nodeAt, ruleOf }) : undefined;
    if (seen !== undefined) onRequest({ seen, record: undefined });
  });
};
