import { cookieName } from '../../shared/traefik/cookie-name.ts';
import type { LoadBalancerConfig, ServiceConfig } from '../core/model.ts';
import type { Request } from '../core/request/request.ts';
import type { ChoiceStep, PinReason } from '../core/service/service.ts';
import { cookieTargets, decodeCookie, encodingText, targetName } from './decode-cookie.ts';
import type { ExplainedServer, ExplainStep } from './explanation.ts';
import { type CookieReading, readCookies } from './read-cookies.ts';
import { serverName, type World } from './world.ts';

/** One level of the service tree after the other, as the choice went, and the cookie that was read at each. */
export const tellServices = (world: World, request: Request, steps: readonly ChoiceStep[]): readonly ExplainStep[] =>
  steps.flatMap((step) => {
    const config = world.config.services.get(step.service);
    if (config === undefined) return [];
    const reading = stickyReading(config, request);
    return [tellService(world, config, step), ...(reading === undefined ? [] : [tellCookie(world, config, reading)])];
  });

/** What a level with a cookie reads of it; undefined: the level has none, or none that counts. */
export const stickyReading = (config: ServiceConfig, request: Request): CookieReading | undefined => {
  if (config.kind === 'failover' || config.sticky === undefined) return undefined;
  if (config.kind === 'loadBalancer' && config.strategy === 'hrw') return undefined;
  return readCookies(request.headers, cookieName(config.sticky.name, config.name));
};

/** `who`: those of whom one is taken, or the one that is left. */
const WHY: Readonly<Record<PinReason, (who: string) => string>> = {
  cookie: () => 'the cookie names it',
  'legacy-cookie': () => 'the cookie names it in an older encoding, and is rewritten',
  'no-cookie': (who) => `no cookie came: ${who}, and a cookie for it`,
  'unknown-cookie': (who) => `the cookie names none of them: ${who}, and a cookie for it`,
  'pinned-server-down': (who) => `the one that the cookie names is down: ${who}, and a cookie for it`,
  'only-server': () => 'the only one there is',
  'round-robin': (who) => who,
  'two-choices': () => 'the less busy of two by chance',
  'client-ip': () => "by a hash of the client's address",
  'least-time': () => 'the one that answers soonest',
  main: () => 'the main service is up',
  fallback: () => 'the main service is down',
  'nobody-up': () => 'nobody is up',
};
const ONE_OF_SEVERAL = 'one of those that are up, in turn';
const THE_ONLY_ONE = 'the only one that is up';

const tellService = (world: World, config: ServiceConfig, { reason, chosen }: ChoiceStep): ExplainStep => {
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

/** Reasons by which the choice is certain, whatever the running proxy has counted. */
export const isSettled = (reason: PinReason): boolean =>
  reason === 'cookie' || reason === 'legacy-cookie' || reason === 'client-ip';

const memberLines = (world: World, config: LoadBalancerConfig): string[] => {
  const { name, servers, healthCheck } = config;
  if (servers.length === 0) return ['it has no server'];
  return servers.map(({ url, weight }) => {
    const { up, node } = world.serverAt(name, url);
    const health = healthCheck === undefined ? 'not checked' : up ? 'up' : 'down';
    const share =
      weight === 1 ? '' : weight <= 0 && config.strategy !== 'p2c' ? ', weight 0: never chosen' : `, weight ${weight}`;
    return `has ${serverName({ url, node })}: ${health}${share}`;
  });
};

/** Servers that may be chosen when no cookie says which. */
export const candidatesOf = (world: World, config: LoadBalancerConfig): readonly ExplainedServer[] =>
  config.servers
    // Two random choices is the one strategy that looks at no weight.
    .filter(({ weight }) => weight > 0 || config.strategy === 'p2c')
    .map(({ url }) => world.serverAt(config.name, url))
    .filter(({ up }) => up);

const tellCookie = (world: World, config: ServiceConfig, { name, value, values }: CookieReading): ExplainStep => {
  const place = config.kind === 'failover' ? undefined : config.sticky?.at;
  const targets = cookieTargets(world.config, world.nodeOf).filter(({ reader }) => reader === config.name);
  const [match] = value === undefined ? [] : decodeCookie(value, targets);
  const meaning =
    value === undefined
      ? 'the request has none'
      : match === undefined
        ? `${value} stands for none of its ${config.kind === 'weighted' ? 'services' : 'servers'}`
        : `${value} is ${targetName(match.target)}: ${encodingText(match.encoding, match.target)}`;
  return {
    kind: 'cookie',
    title: name,
    detail: [meaning, ...(values.length > 1 ? [`it came ${values.length} times; the first one counts`] : [])],
    ...(place !== undefined && { place }),
    outcome: match === undefined ? 'no' : 'chosen',
  };
};
