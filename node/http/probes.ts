import type { ServerResponse } from 'node:http';
import type { Self, SessionRegistry } from '../../shared/registry/session-registry.ts';
import type { SessionHost } from '../host/session-host.ts';
import type { NodeDrain } from '../node-drain.ts';
import { JUST_BACK, type JustBack } from '../sessions/just-back.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { HeldState } from '../state/held-state.ts';
import type { NodeMetrics } from './metrics.ts';
import type { Route } from './server.ts';

export type ProbeOptions = {
  readonly node: string;
  /** New at each start, so that a restart can be seen from outside. */
  readonly self: Pick<Self, 'boot' | 'name'>;
  readonly table: SessionTable;
  readonly state: HeldState;
  readonly maxSessions: number;
  readonly now: () => number;
  readonly registry: SessionRegistry;
  readonly metrics: NodeMetrics;
  readonly sessionHost: Pick<SessionHost, 'health'>;
  readonly drain: Pick<NodeDrain, 'phase' | 'id' | 'begun'>;
  readonly standstill: Pick<JustBack, 'justBack' | 'stoodStill'>;
};

/** /healthz: the process serves its sessions. /readyz: it also takes new ones. */
export const probes = (options: ProbeOptions): Readonly<Record<string, Route>> => {
  const { node, self, table, state, maxSessions, now, registry, metrics, sessionHost, drain, standstill } = options;
  const load = () => ({
    sessions: table.size + table.opening + state.waitedFor,
    idle: table.idle(now()) + state.sizeOf('handle'),
    drain: drain.phase,
    ...(drain.id !== undefined && { drainId: drain.id }),
  });
  return {
    '/healthz': async (_, res) => {
      const health = await sessionHost.health();
      if (health.kind === 'silent') standstill.stoodStill();
      const { state: registryState, why, rival } = registry.status();
      const trouble = { ...(why !== undefined && { why }), ...(rival !== undefined && { rival }) };
      const called = self.name !== undefined && { name: self.name };
      const details = { node, ...called, boot: self.boot, ...load(), registry: registryState, ...trouble };
      if (health.kind !== 'up')
        return sendJson(res, health.kind === 'gone' ? 503 : 504, { status: 'down', server: health.why, ...details });
      if (standstill.justBack()) res.setHeader(JUST_BACK, '1');
      const server = {
        ...(health.starts && { serverStarts: health.starts }),
        ...(health.exposed && { exposed: true }),
      };
      sendJson(res, 200, { status: 'ok', ...details, ...server });
    },
    '/readyz': async (_, res) => {
      const health = await sessionHost.health();
      const leaving = drain.phase === 'unready' || drain.phase === 'refusing';
      const full = table.size >= maxSessions ? 'full' : undefined;
      const why = leaving ? 'draining' : health.kind !== 'up' ? 'server down' : full;
      sendJson(res, why ? 503 : 200, {
        ready: !why,
        node,
        ...load(),
        ...(why && { why }),
        ...(drain.begun && { mark: drain.begun }),
      });
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
