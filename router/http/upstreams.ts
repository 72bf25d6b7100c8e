import { readFileSync } from 'node:fs';
import type { Log } from '../../shared/log.ts';
import type { DynamicConfig, ServersTransportConfig } from '../core/model.ts';
import type { Server } from '../core/service/service.ts';
import { Upstream } from './upstream.ts';

/** Traefik's default transport. */
const DEFAULT_TRANSPORT: ServersTransportConfig = {
  name: 'default@internal',
  at: undefined,
  serverName: '',
  insecureSkipVerify: false,
  rootCAs: [],
  maxIdleConnsPerHost: 0,
  dialTimeout: 30_000,
  responseHeaderTimeout: 0,
  idleConnTimeout: 90_000,
};

type Kept = { readonly upstream: Upstream; readonly transport: string };

/** All connections to all servers, by transport and origin. A reload keeps those with unchanged settings. */
export class Upstreams {
  readonly #log: Log;
  readonly #kept = new Map<string, Kept>();
  #transports: ReadonlyMap<string, ServersTransportConfig> = new Map();
  #authorities = new Map<string, { ca?: string[] }>();
  /** Weak, because a server object lives as long as its table. */
  #ofServer = new WeakMap<Server, Upstream>();

  constructor(log: Log) {
    this.#log = log;
  }

  update(config: DynamicConfig): void {
    this.#transports = config.serversTransports;
    this.#authorities = new Map();
    this.#ofServer = new WeakMap();
    const used = usedKeys(config);
    for (const [key, { upstream, transport }] of this.#kept) {
      const name = key.slice(key.indexOf(' ') + 1);
      if (used.has(key) && transport === JSON.stringify(this.transportOf(name || undefined))) continue;
      this.#kept.delete(key);
      upstream.close();
    }
  }

  of(server: Server): Upstream {
    const known = this.#ofServer.get(server);
    if (known !== undefined) return known;
    const found = this.#find(server);
    this.#ofServer.set(server, found);
    return found;
  }

  transportOf(name: string | undefined): ServersTransportConfig {
    return (name === undefined ? undefined : this.#transports.get(name)) ?? DEFAULT_TRANSPORT;
  }

  /** The CA certificates of a transport, read once per configuration change. */
  tlsOf(transport: ServersTransportConfig): { ca?: string[] } {
    const known = this.#authorities.get(transport.name);
    if (known !== undefined) return known;
    const ca = transport.rootCAs.flatMap((source) => this.#read(source) ?? []);
    const made = ca.length > 0 ? { ca } : {};
    this.#authorities.set(transport.name, made);
    return made;
  }

  /** The TLS options of health checks for this transport. */
  probeTls(name: string | undefined): { ca?: string[]; servername?: string; rejectUnauthorized: boolean } {
    const transport = this.transportOf(name);
    const { serverName } = transport;
    return {
      ...this.tlsOf(transport),
      ...(serverName !== '' && { servername: serverName }),
      rejectUnauthorized: !transport.insecureSkipVerify,
    };
  }

  destroy(): void {
    for (const { upstream } of this.#kept.values()) upstream.destroy();
    this.#kept.clear();
  }

  #find(server: Server): Upstream {
    const key = keyOf(server.target.origin, server.transport);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.upstream;
    const transport = this.transportOf(server.transport);
    const upstream = new Upstream(server.target.origin, transport, this.tlsOf(transport));
    this.#kept.set(key, { upstream, transport: JSON.stringify(transport) });
    return upstream;
  }

  #read(source: string): string | undefined {
    if (source.includes('-----BEGIN')) return source;
    try {
      return readFileSync(source, 'utf8');
    } catch (error) {
      this.#log.error({ err: error, file: source }, 'cannot read this root CA; skipped');
      return undefined;
    }
  }
}

const keyOf = (origin: string, transport: string | undefined): string => `${origin} ${transport ?? ''}`;

const usedKeys = (config: DynamicConfig): Set<string> => {
  const keys = new Set<string>();
  for (const service of config.services.values()) {
    if (service.kind !== 'loadBalancer') continue;
    for (const { url } of service.servers) {
      if (URL.canParse(url)) keys.add(keyOf(new URL(url).origin, service.serversTransport));
    }
  }
  return keys;
};
