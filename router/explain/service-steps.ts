import { cookieName } from '../../shared/traefik/cookie-name.ts';
import type { LoadBalancerConfig, ServiceConfig } from '../core/model.ts';
import type { Request } from '../core/request/request.ts';
import type { ChoiceStep, PinReason } from '../core/service/service.ts';
import { decodeCookie, encodingText, targetName } from './decode-cookie.ts';
import type { ExplainedServer, ExplainStep } from './explanation.ts';
import { type CookieReading, readCookies } from './read-cookies.ts';
import { serverName, type World } from './world.ts';

/** The choice at each level of the service tree, with the cookie that was read there. */
export const serviceSteps = (world: World, request: Request, steps: readonly ChoiceStep[]): readonly ExplainStep[] =>
  steps.flatMap((step) => {
    const config = world.config.services.get(step.service);
    if (config === undefined) return [];
    const reading = stickyReading(config, request);
    return [serviceStep(world, config, step), ...(reading === undefined ? [] : [cookieStep(world, config, reading)])];
  });

/** What a level reads from its cookie; undefined: no cookie at this level, or no valid one. */
export const stickyReading = (config: ServiceConfig, request: Request): CookieReading | undefined => {
  if (config.kind === 'failover' || config.sticky === undefined) return undefined;
  if (config.kind === 'loadBalancer' && config.strategy === 'hrw') return undefined;
  return readCookies(request.headers, cookieName(config.sticky.name, config.name));
};

/** `who`: the candidates, or the only one left. */
const WHY: Readonly<Record<PinReason, (who: string) => string>> = {
  cookie: () => 'the cookie names it',
  'legacy-cookie': () => 'the cookie names it in an older encoding, and is replaced',
  'no-cookie': (who) => `no cookie came: ${who}, and sets a cookie`,
  'unknown-cookie': (who) => `the cookie matches none of them: ${who}, and sets a cookie`,
  'pinned-server-down': (who) => `the server of the cookie is down: ${who}, and sets a cookie`,
  'only-server': () => 'the only one',
  'round-robin': (who) => who,
  'two-choices': () => 'the less busy of two random ones',
  'client-ip': () => "by a hash of the client's address",
  'least-time': () => 'the fastest one',
  main: () => 'the main service is up',
  fallback: () => 'the main service is down',
  'no-server-up': () => 'none is up',
};
const ONE_OF_SEVERAL = 'one of those that are up, in turn';
const THE_ONLY_ONE = 'the only one that is up';

const serviceStep = (world: World, config: ServiceConfig, { reason, chosen }: ChoiceStep): ExplainStep => {
  const server =
    chosen !== undefined && config.kind === 'loadBalancer' ? world.serverAt(config.name, chosen) : undefined;
  const to = server === undefined ? (chosen ?? 'nobody') : serverName(server);
  const alone = config.kind === 'loadBalancer' && candidatesOf(world, config).length === 1;
  const open = server !== undefined && !alone && !isSettled(reason);
  const why = WHY[reason](alone ? THE_ONLY_ONE : ONE_OF_SEVERAL);
  return {
    kind: 'service',
    title: `${config.name}, ${KIND_WORDS[config.kind]}`,
    detail: [open ? why : `${to}: ${why}`, ...(config.kind === 'loadBalancer' ? memberLines(world, config) : [])],
    place: config.at,
    outcome: chosen === undefined ? 'ended' : 'chosen',
  };
};

const KIND_WORDS = { loadBalancer: 'load balancer', weighted: 'weighted', failover: 'failover' } as const;

/** Reasons for which the choice does not depend on the state of the running proxy. */
export const isSettled = (reason: PinReason): boolean =>
  reason === 'cookie' || reason === 'legacy-cookie' || reason === 'client-ip';

const memberLines = (world: World, config: LoadBalancerConfig): string[] => {
  const { name, servers, healthCheck } = config;
  if (servers.length === 0) return ['it has no servers'];
  return servers.map(({ url, weight }) => {
    const { up, node } = world.serverAt(name, url);
    const health = healthCheck === undefined ? 'not checked' : up ? 'up' : 'down';
    const share =
      weight === 1 ? '' : weight <= 0 && config.strategy !== 'p2c' ? ', weight 0: never chosen' : `, weight ${weight}`;
    return `has ${serverName({ url, node })}: ${health}${share}`;
  });
};

/** Servers that may be chosen without a cookie. */
export const candidatesOf = (world: World, config: LoadBalancerConfig): readonly ExplainedServer[] =>
  config.servers
    // Only the strategy p2c ignores weights.
    .filter(({ weight }) => weight > 0 || config.strategy === 'p2c')
    .map(({ url }) => world.serverAt(config.name, url))
    .filter(({ up }) => up);

const cookieStep = (world: World, config: ServiceConfig, { name, value, values }: CookieReading): ExplainStep => {
  const place = config.kind === 'failover' ? undefined : config.sticky?.at;
  const targets = world.cookieTargets.filter(({ reader }) => reader === config.name);
  const [match] = value === undefined ? [] : decodeCookie(value, targets);
  const meaning =
    value === undefined
      ? 'the request has none'
      : match === undefined
        ? `${value} matches none of its ${config.kind === 'weighted' ? 'services' : 'servers'}`
        : `${value} is ${targetName(match.target)}: ${encodingText(match.encoding, match.target)}`;
  return {
    kind: 'cookie',
    title: name,
    detail: [meaning, ...(values.length > 1 ? [`it came ${values.length} times; the first one is used`] : [])],
    ...(place !== undefined && { place }),
    outcome: match === undefined ? 'no' : 'chosen',
  };
};
