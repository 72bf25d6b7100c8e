/** Example configurations and requests: a test states only what it is about, the rest has defaults. */
import { referredName } from '../../../shared/traefik/qualified-name.ts';
import type {
  CookieConfig,
  DynamicConfig,
  FailoverConfig,
  HealthCheckConfig,
  LoadBalancerConfig,
  ServerConfig,
  ServiceConfig,
  WeightedConfig,
} from '../model.ts';
import { HeaderList } from '../request/header-list.ts';
import type { Request } from '../request/request.ts';

const at = { file: 'dynamic.yml', line: 1, column: 1 };

export const exampleRequest = (cookie?: string, remoteAddress = '127.0.0.1'): Request => ({
  method: 'GET',
  protocol: 'HTTP/1.1',
  tls: false,
  remoteAddress,
  remotePort: 50_000,
  host: 'localhost',
  canonicalHost: 'localhost',
  path: '/mcp',
  routingPath: '/mcp',
  query: undefined,
  headers: cookie === undefined ? new HeaderList() : HeaderList.from([['cookie', cookie]]),
});

export const exampleCookie = (more: Partial<CookieConfig> = {}): CookieConfig => ({
  at,
  name: 'pin',
  secure: false,
  httpOnly: false,
  sameSite: '',
  maxAge: 0,
  path: '/',
  domain: '',
  ...more,
});

export const exampleCheck = (more: Partial<HealthCheckConfig> = {}): HealthCheckConfig => ({
  scheme: '',
  mode: 'http',
  path: '/healthz',
  method: '',
  status: 0,
  port: 0,
  interval: 30_000,
  unhealthyInterval: 30_000,
  timeout: 5_000,
  hostname: '',
  followRedirects: true,
  headers: new Map(),
  ...more,
});

export const exampleServer = (url: string, more: Partial<ServerConfig> = {}): ServerConfig => ({
  at,
  url,
  weight: 1,
  preservePath: false,
  ...more,
});

export const exampleLoadBalancer = (
  servers: readonly (string | ServerConfig)[],
  more: Partial<LoadBalancerConfig> = {},
): LoadBalancerConfig => ({
  kind: 'loadBalancer',
  name: 'mcp@file',
  at,
  servers: servers.map((server) => (typeof server === 'string' ? exampleServer(server) : server)),
  strategy: 'wrr',
  sticky: undefined,
  healthCheck: undefined,
  passHostHeader: true,
  flushInterval: 100,
  serversTransport: undefined,
  ...more,
});

/** `a` or `a*3`, as written in a file. */
export const exampleWeighted = (children: readonly string[], more: Partial<WeightedConfig> = {}): WeightedConfig => ({
  kind: 'weighted',
  name: 'weighted@file',
  at,
  services: children.map((text) => {
    const [written, weight] = text.split('*');
    return { name: referredName(written!), written: written!, weight: Number(weight ?? 1), at };
  }),
  sticky: undefined,
  healthCheck: false,
  ...more,
});

export const exampleFailover = (
  service: string,
  fallback: string,
  more: Partial<FailoverConfig> = {},
): FailoverConfig => ({
  kind: 'failover',
  name: 'failover@file',
  at,
  service: referredName(service),
  fallback: referredName(fallback),
  healthCheck: false,
  ...more,
});

/** The services with these names, each with a router. */
export const exampleConfig = (services: Readonly<Record<string, ServiceConfig>>): DynamicConfig => {
  const named = Object.entries(services).map(([name, config]) => ({ ...config, name: referredName(name) }));
  const router = ({ name }: ServiceConfig) => ({
    name,
    at,
    ruleAt: at,
    rule: 'PathPrefix(`/`)',
    priority: 0,
    service: name,
    middlewares: [],
    entryPoints: [],
    tls: false,
  });
  return {
    routers: new Map(named.map((service) => [service.name, router(service)])),
    services: new Map(named.map((service) => [service.name, service])),
    middlewares: new Map(),
    serversTransports: new Map(),
    certificates: [],
  };
};
