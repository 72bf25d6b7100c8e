/** The services of a compose file, as plain objects: the part that file and labels share. */
import { dirname } from 'node:path/posix';
import type { Topology } from '../../topology/topology.ts';
import { minorOf, TRAEFIK_VERSION } from '../minors.ts';
import { registryValue, secondsOf } from './container-settings.ts';
import type { Contained, Container } from './containers.ts';

/** The release that parity is proven for; of another minor its newest. */
const imageOf = ({ traefik }: Topology): string =>
  `traefik:v${minorOf(TRAEFIK_VERSION) === traefik ? TRAEFIK_VERSION : traefik}`;

const REDIS_IMAGE = 'valkey/valkey:8-alpine';
/** Where Traefik looks for its static file by itself. */
export const TRAEFIK_FOLDER = '/etc/traefik';

/** Time for running calls when a node stops, and for what it does before and after. */
const GRACE_SECONDS = 20;
const STOP_SECONDS = GRACE_SECONDS + 10;

export const traefikService = (topology: Topology, { ports, folder }: Contained & { readonly folder: string }) => ({
  image: imageOf(topology),
  restart: 'unless-stopped',
  ports,
  volumes: [`./${folder}:${TRAEFIK_FOLDER}:ro`, ...certificateFolders(topology).map((path) => `${path}:${path}:ro`)],
  stop_grace_period: `${Math.ceil(secondsOf(topology.timeouts.grace)) + 5}s`,
  healthcheck: { test: ['CMD', 'traefik', 'healthcheck'], interval: '5s', timeout: '3s', retries: 3 },
});

export const nodeService = ({ service, host, port, node }: Container, { topology, registry }: Contained) => ({
  image: 'mooring-node',
  build: { context: variable('MOORING_SOURCE:-..'), dockerfile: 'config/Dockerfile' },
  hostname: service,
  ...(host !== service && { networks: { default: { aliases: [host] } } }),
  restart: 'unless-stopped',
  environment: {
    MOORING_NAME: node.id,
    ...(node.tag !== undefined && { MOORING_TAG: node.tag }),
    MOORING_HOST: '0.0.0.0',
    MOORING_PORT: `${port}`,
    MOORING_URL: node.url,
    REDIS_URL: registryUrl(registry),
    ...listed('MOORING_PUBLIC_HOSTS', topology.hosts),
    ...listed(
      'MOORING_ORIGINS',
      topology.cors.origins.filter((origin) => origin !== '*'),
    ),
    MOORING_COOKIE: topology.cookie.name,
    MOORING_GRACE_SECONDS: `${GRACE_SECONDS}`,
    MOORING_REQUEST_STATE_KEYS: variable('MOORING_REQUEST_STATE_KEYS:-'),
  },
  ...(registry === undefined && { depends_on: { redis: { condition: 'service_healthy' } } }),
  stop_grace_period: `${STOP_SECONDS}s`,
  healthcheck: {
    test: ['CMD', 'node', '-e', healthProbe(port)],
    interval: '5s',
    timeout: '3s',
    retries: 3,
    start_period: '10s',
  },
});

export const redisService = () => ({
  image: REDIS_IMAGE,
  restart: 'unless-stopped',
  command: ['valkey-server', '--appendonly', 'yes'],
  volumes: ['redis:/data'],
  healthcheck: { test: ['CMD', 'valkey-cli', 'ping'], interval: '5s', timeout: '3s', retries: 3 },
});

/** No curl in the image, but Node is. */
const healthProbe = (port: number): string =>
  `fetch('http://127.0.0.1:${port}/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))`;

const listed = (name: string, values: readonly string[]) => (values.length === 0 ? {} : { [name]: values.join(',') });

/** A password must not be in a file that is committed. */
const registryUrl = (registry: string | undefined): string =>
  registry === undefined
    ? 'redis://redis:6379'
    : (registryValue(registry) ?? variable('REDIS_URL:?where the registry is'));

/** Those below Traefik's own folder come with it. */
const certificateFolders = ({ entryPoints }: Topology): readonly string[] => {
  const files = Object.values(entryPoints).flatMap(({ tls }) =>
    typeof tls === 'object' ? [tls.certFile, tls.keyFile] : [],
  );
  const folders = files.filter((file) => file.startsWith('/')).map((file) => dirname(file));
  return [...new Set(folders)].filter((folder) => !`${folder}/`.startsWith(`${TRAEFIK_FOLDER}/`));
};

const MARK = '\u0000';
/** Compose replaces it with the variable's value. */
const variable = (text: string): string => `${MARK}$\{${text}}`;

/** For compose a `$` begins a variable; ours are literal, except for the marked ones. */
export const withDollars = (value: unknown): unknown => {
  if (typeof value === 'string') return value.startsWith(MARK) ? value.slice(1) : value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(withDollars);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDollars(item)]));
};
