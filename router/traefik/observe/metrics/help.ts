import type { FamilyHelp } from './exchange-family.ts';

const PARTITIONED = 'partitioned by status code, protocol, and method.';
const BY_SERVICE = 'partitioned by service, status code, protocol, and method.';

/** Traefik's help texts, verbatim. */
export const ENTRY_POINT_HELP: FamilyHelp = {
  requests: `How many HTTP requests processed on an entrypoint, ${PARTITIONED}`,
  tls: 'How many HTTP requests with TLS processed on an entrypoint, partitioned by TLS Version and TLS cipher Used.',
  duration: `How long it took to process the request on an entrypoint, ${PARTITIONED}`,
  requestBytes: `The total size of requests in bytes handled by an entrypoint, ${PARTITIONED}`,
  responseBytes: `The total size of responses in bytes handled by an entrypoint, ${PARTITIONED}`,
};

export const ROUTER_HELP: FamilyHelp = {
  requests: `How many HTTP requests are processed on a router, ${BY_SERVICE}`,
  tls: 'How many HTTP requests with TLS are processed on a router, partitioned by service, TLS Version, and TLS cipher Used.',
  duration: `How long it took to process the request on a router, ${BY_SERVICE}`,
  requestBytes: `The total size of requests in bytes handled by a router, ${BY_SERVICE}`,
  responseBytes: `The total size of responses in bytes handled by a router, ${BY_SERVICE}`,
};

export const SERVICE_HELP: FamilyHelp = {
  requests: `How many HTTP requests processed on a service, ${PARTITIONED}`,
  tls: 'How many HTTP requests with TLS processed on a service, partitioned by TLS version and TLS cipher.',
  duration: `How long it took to process the request on a service, ${PARTITIONED}`,
  requestBytes: `The total size of requests in bytes received by a service, ${PARTITIONED}`,
  responseBytes: `The total size of responses in bytes returned by a service, ${PARTITIONED}`,
};

export const LAST_RELOAD = {
  type: 'gauge',
  name: 'traefik_config_last_reload_success',
  help: 'Last config reload success',
} as const;

export const RELOADS = { type: 'counter', name: 'traefik_config_reloads_total', help: 'Config reloads' } as const;

export const CONNECTIONS = {
  type: 'gauge',
  name: 'traefik_open_connections',
  help: 'How many open connections exist, by entryPoint and protocol',
} as const;

export const RETRIES = {
  type: 'counter',
  name: 'traefik_service_retries_total',
  help: 'How many request retries happened on a service.',
} as const;

export const SERVER_UP = {
  type: 'gauge',
  name: 'traefik_service_server_up',
  help: 'service server is up, described by gauge value of 0 or 1.',
} as const;
