import type { ServerResponse } from 'node:http';
import type { Self, SessionRegistry } from '../../shared/registry/session-registry.ts';
import type { SessionHost } from '../host/session-host.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { NodeMetrics } from './metrics.ts';
import type { Route } from './server.ts';

export type ProbeOptions = {
  readonly node: string;
  /** New at each start: whoever restarts a node sees by it that this is done. */
  readonly self: Pick<Self, 'boot'>;
  readonly table: SessionTable;
  readonly maxSessions: number;
  readonly registry: SessionRegistry;
  readonly metrics: NodeMetrics;
  readonly sessionHost: Pick<SessionHost, 'health'>;
  readonly isDraining: () => boolean;
};

/** /healthz: the process serves its sessions. /readyz: it also takes new ones. */
export const probes = (options: ProbeOptions): Readonly<Record<string, Route>> => {
  const { node, self, table, maxSessions, registry, metrics, sessionHost, isDraining } = options;
  return {
    '/healthz': async (_, res) => {
      const health = await sessionHost.health();
      const { state, why } = registry.status();
      const starts = health.kind === 'up' && health.starts ? `.${health.starts}` : '';
      const told = { node, boot: `${self.boot}${starts}`, registry: state, ...(why !== undefined && { why }) };
      if (health.kind === 'up') return sendJson(res, 200, { status: 'ok', ...told });
      sendJson(res, health.kind === 'gone' ? 503 : 504, { status: 'down', server: health.why, ...told });
    },
    '/readyz': async (_, res) => {
      const health = await sessionHost.health();
      const full = table.size >= maxSessions ? 'full' : undefined;
      const why = isDraining() ? 'draining' : health.kind !== 'up' ? 'server down' : full;
      sendJson(res, why ? 503 : 200, { ready: !why, node, sessions: table.size, ...(why && { why }) });
    },
    '/metrics': async (_, res) => {
      res.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
    },
  };
};

const sendJson = (res: ServerResponse, status: number, value: unknown): void =>
  void res
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(value)}\n`);
