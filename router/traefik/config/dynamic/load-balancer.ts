import { referredName } from '../../../../shared/traefik/qualified-name.ts';
import type { HealthCheckConfig, LoadBalancerConfig } from '../../../core/model.ts';
import {
  checked,
  type Decoder,
  duration,
  flag,
  integer,
  map,
  optional,
  orElse,
  refusePart,
  text,
  type ValueProblem,
} from '../decoder.ts';
import { allowEmpty, listOf, mapOf, noneOf, notDone, placed, type Shape, struct } from '../structure.ts';
import { sticky } from './sticky-cookie.ts';

const STRATEGIES = ['wrr', 'p2c', 'hrw', 'leasttime'] as const;
type Strategy = (typeof STRATEGIES)[number];
const INTERVAL = 30_000;
const TIMEOUT = 5_000;
const NO_URL = { message: 'the server has no url', remedy: 'write its url, such as http://127.0.0.1:3001' };

const objectToServerUrl = (url: string): ValueProblem | undefined => {
  if (url === '') return NO_URL;
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url) ?? [];
  if (scheme === undefined)
    return { message: `${JSON.stringify(url)} is not an absolute URL`, remedy: `write its scheme: http://${url}` };
  if (!/^https?$/i.test(scheme)) {
    const kind = scheme.toLowerCase() === 'h2c' ? 'unsupported' : 'invalid';
    return { kind, message: `servers cannot be reached by ${scheme}`, remedy: 'use http:// or https://' };
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const sound = !/[\x00-\x20\x7f\\]/.test(url) && /^https?:\/\/[^/?#]/i.test(url) && URL.canParse(url);
  return sound ? undefined : { message: `${JSON.stringify(url)} is not a valid URL`, remedy: 'write http://HOST:PORT' };
};

const serverUrl: Decoder<string> = {
  read: checked(text, objectToServerUrl).read,
  absent: (cursor) => refusePart(cursor, NO_URL.message, NO_URL.remedy),
};

const server = placed(
  struct(
    { url: serverUrl, weight: orElse(integer, 1), preservePath: flag },
    noneOf('fenced scheme port', notDone('Traefik ignores this key in a file: remove it')),
  ),
);

const oneOf = (key: string, wanted: readonly string[]): Decoder<string> =>
  checked(text, (value) =>
    value === '' || wanted.includes(value)
      ? undefined
      : { message: `${JSON.stringify(value)} is not a valid ${key}`, remedy: `write one of ${wanted.join(', ')}` },
  );

const objectToMode = (mode: string): ValueProblem | undefined => {
  if (mode === 'http' || mode === '') return undefined;
  const kind = mode === 'grpc' ? 'unsupported' : 'invalid';
  return { kind, message: `health check mode ${JSON.stringify(mode)} is not supported`, remedy: 'use mode: http' };
};
const mode = map(checked(text, objectToMode), () => 'http' as const);

const healthFields = {
  scheme: oneOf('scheme', ['http', 'https']),
  mode,
  path: text,
  method: text,
  status: integer,
  port: integer,
  interval: orElse(duration, INTERVAL),
  unhealthyInterval: optional(duration),
  timeout: orElse(duration, TIMEOUT),
  hostname: text,
  followRedirects: orElse(flag, true),
  headers: mapOf(text),
};

// Traefik replaces intervals and timeouts of zero or less by its defaults.
const toHealthCheck = (raw: Shape<typeof healthFields>): HealthCheckConfig => {
  const interval = raw.interval > 0 ? raw.interval : INTERVAL;
  const unhealthy = raw.unhealthyInterval ?? interval;
  return {
    ...raw,
    interval,
    unhealthyInterval: unhealthy > 0 ? unhealthy : INTERVAL,
    timeout: raw.timeout > 0 ? raw.timeout : TIMEOUT,
  };
};

const responseForwarding = struct({ flushInterval: orElse(duration, 100) });

const fields = {
  servers: listOf(server),
  strategy: oneOf('strategy', STRATEGIES),
  sticky: allowEmpty(sticky),
  healthCheck: optional(map(struct(healthFields), toHealthCheck)),
  passHostHeader: orElse(flag, true),
  responseForwarding,
  serversTransport: text,
};

const schema = struct(fields, {
  passiveHealthCheck: notDone('use healthCheck: the router asks the servers itself'),
  nginxUpstreamHashBy: notDone('Traefik ignores this key in a file: remove it'),
});

export const loadBalancer: Decoder<LoadBalancerConfig> = map(schema, (raw, cursor) => ({
  kind: 'loadBalancer',
  name: cursor.subject?.name ?? '',
  at: cursor.at,
  servers: raw.servers,
  strategy: STRATEGIES.find((strategy): strategy is Strategy => strategy === raw.strategy) ?? 'wrr',
  sticky: raw.sticky,
  healthCheck: raw.healthCheck,
  passHostHeader: raw.passHostHeader,
  flushInterval: raw.responseForwarding.flushInterval,
  serversTransport: raw.serversTransport === '' ? undefined : referredName(raw.serversTransport),
}));
