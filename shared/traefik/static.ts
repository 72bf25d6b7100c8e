/** A topology as Traefik's static configuration. */
import type { Topology } from '../topology/topology.ts';
import { internalEntryPoint } from './entry-points.ts';

export type TraefikEntryPoint = {
  readonly address: string;
  readonly forwardedHeaders?: { readonly trustedIPs: readonly string[] };
  readonly transport: {
    readonly lifeCycle: { readonly graceTimeOut: string };
    readonly respondingTimeouts?: { readonly readTimeout: string };
  };
  readonly http?: {
    readonly tls?: Readonly<Record<string, never>>;
    readonly redirections?: {
      readonly entryPoint: { readonly to: string; readonly scheme: string; readonly permanent: boolean };
    };
  };
};
export type TraefikStatic = {
  readonly entryPoints: Readonly<Record<string, TraefikEntryPoint>>;
  readonly providers: { readonly file: { readonly filename: string; readonly watch: boolean } };
  readonly ping: { readonly entryPoint: string; readonly manualRouting?: boolean };
  readonly metrics?: { readonly prometheus: { readonly entryPoint: string; readonly addRoutersLabels: boolean } };
  readonly accessLog?: {
    readonly format: 'json';
    readonly fields: {
      readonly headers: { readonly defaultMode: 'drop'; readonly names: Readonly<Record<string, 'keep' | 'redact'>> };
    };
  };
  readonly log: { readonly level: string };
  readonly global: { readonly checkNewVersion: boolean; readonly sendAnonymousUsage: boolean };
};
export type StaticOptions = { readonly dynamicFile: string; readonly watch?: boolean };

export const staticOf = (topology: Topology, { dynamicFile, watch = true }: StaticOptions): TraefikStatic => {
  const entryPoint = internalEntryPoint(topology);
  const { accessLog, metrics, logLevel } = topology.observe;
  return {
    entryPoints: Object.fromEntries(
      Object.keys(topology.entryPoints).map((name) => [name, entryPointOf(topology, name)]),
    ),
    providers: { file: { filename: dynamicFile, watch } },
    ping: { entryPoint },
    ...(metrics && { metrics: { prometheus: { entryPoint, addRoutersLabels: true } } }),
    ...(accessLog && { accessLog: accessLogOf(topology) }),
    log: { level: logLevel },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
  };
};

/**
 * Whoever knows a session's id or cookie can act as its client, and event ids of some servers contain the session's:
 * logs show that these headers were there, but not their values. Our nodes answer with the beginning of the id, which distinguishes sessions.
 */
const accessLogOf = ({ observe }: Topology) => ({
  format: 'json' as const,
  fields: {
    headers: {
      defaultMode: 'drop' as const,
      names: {
        Cookie: 'redact',
        Authorization: 'redact',
        'Mcp-Session-Id': observe.sessionIds,
        'X-Mooring-Session': 'keep',
        'Mcp-Protocol-Version': 'keep',
        'Last-Event-Id': 'redact',
        'User-Agent': 'keep',
      } as const,
    },
  },
});

const entryPointOf = ({ entryPoints, timeouts }: Topology, name: string): TraefikEntryPoint => {
  const { address, tls, redirectTo, trustedIPs, readTimeout } = entryPoints[name]!;
  const http = {
    ...(tls !== false && { tls: {} }),
    ...(redirectTo !== undefined && {
      redirections: { entryPoint: { to: redirectTo, scheme: schemeOf(entryPoints[redirectTo]), permanent: true } },
    }),
  };
  return {
    address,
    ...(trustedIPs.length > 0 && { forwardedHeaders: { trustedIPs } }),
    transport: {
      lifeCycle: { graceTimeOut: timeouts.grace },
      ...(readTimeout !== undefined && { respondingTimeouts: { readTimeout } }),
    },
    ...(Object.keys(http).length > 0 && { http }),
  };
};

const schemeOf = (target: Topology['entryPoints'][string] | undefined): string =>
  target?.tls === false ? 'http' : 'https';
