import type { Found } from '../../shared/found.ts';
import type { ServiceConfig } from '../core/model.ts';
import { likelyCauses } from './cookie-causes.ts';
import { type CookieTarget, decodeCookie, serversOutside, targetName } from './decode-cookie.ts';
import type { Finding } from './explanation.ts';
import type { Facts } from './facts.ts';
import type { CookieReading } from './read-cookies.ts';
import { stickyReading } from './service-steps.ts';

type Sticky = Exclude<ServiceConfig, { kind: 'failover' }>;

/** At each level with a cookie: a value that matches no server, one sent twice, one that will not be sent back. */
export const cookieFindings = (facts: Facts): Found<Finding> =>
  stickyLevels(facts).map((level) => [unknownValue(facts, level), sentTwice(level), secureOnHttp(facts, level)]);

type Level = { readonly config: Sticky; readonly reading: CookieReading };

const stickyLevels = ({ world, request, steps }: Facts): readonly Level[] =>
  steps.flatMap(({ service }) => {
    const config = world.config.services.get(service);
    const reading = config && stickyReading(config, request);
    return config === undefined || config.kind === 'failover' || reading === undefined ? [] : [{ config, reading }];
  });

/** A Secure cookie over http: the client will not send it back. */
const secureOnHttp = ({ request }: Facts, { config }: Level): Found<Finding> => {
  const { sticky } = config;
  const outside = (request.headers.get('x-forwarded-proto') ?? '').toLowerCase();
  if (!sticky?.secure || request.tls || outside === 'https' || outside === 'wss') return undefined;
  return {
    code: 'secure-cookie-on-http',
    severity: 'warning',
    message: `the cookie of ${config.name} is Secure but the request came over http: a correct client does not send it back`,
    remedy: 'use https, or set secure: false where there is no TLS (on a laptop)',
    place: sticky.at,
  };
};

const sentTwice = ({ config, reading }: Level): Found<Finding> => {
  const { name, values, value } = reading;
  if (values.length < 2) return undefined;
  const differ = new Set(values).size > 1;
  return {
    code: 'cookie-twice',
    severity: differ ? 'warning' : 'note',
    message: `the cookie ${name} came ${values.length} times: the first valid one is used (${value ?? 'none is valid'})${differ ? `, not ${values.slice(1).join(', ')}` : ''}`,
    remedy:
      'the client stores it for two paths or domains: set sticky.cookie.path and domain once, and delete the others',
    ...(config.sticky && { place: config.sticky.at }),
  };
};

const unknownValue = ({ world }: Facts, { config, reading }: Level): Found<Finding> => {
  const { value, name, values } = reading;
  if (value === undefined) return values.length === 0 ? undefined : unsound(config, name);
  const targets = world.cookieTargets;
  const own = targets.filter(({ reader }) => reader === config.name);
  const [match] = decodeCookie(value, own);
  if (match !== undefined) return weightless(config, match.target);
  const elsewhere = decodeCookie(value, targets)[0];
  const causes =
    elsewhere === undefined
      ? likelyCauses(value, own, { outside: serversOutside(world.config, targets) })
      : [ofAnother(elsewhere.target, config)];
  return {
    code: 'cookie-unknown',
    severity: 'warning',
    message: `the cookie ${name}=${value} matches no server of ${config.name}: ${causes.map(({ message }) => message).join('; or ')}`,
    remedy: causes.map((cause) => cause.remedy).join('; '),
    ...(config.sticky && { place: config.sticky.at }),
  };
};

const unsound = (config: Sticky, name: string): Finding => ({
  code: 'cookie-unsound',
  severity: 'warning',
  message: `the cookie ${name} contains an invalid byte, so it is ignored`,
  remedy: 'send the value exactly as it was set',
  ...(config.sticky && { place: config.sticky.at }),
});

const ofAnother = (target: CookieTarget, config: Sticky) =>
  target.kind === 'router'
    ? {
        message: `it is ${targetName(target)}, which only ${target.reader} looks for: that node drains, or the cookie is of the other form`,
        remedy: 'sessions that are there go on; a new one begins where the answer says, with a new cookie',
      }
    : {
        message: `it is ${targetName(target)} of the service ${target.reader}`,
        remedy: `two services with the same cookie name overwrite each other's cookies: give ${config.name} its own name`,
      };

const weightless = (config: Sticky, { text, at }: CookieTarget): Found<Finding> => {
  const members =
    config.kind === 'weighted'
      ? config.services.map(({ written, weight }) => ({ text: written, weight }))
      : config.servers.map(({ url, weight }) => ({ text: url, weight }));
  if (members.some((one) => one.text === text && one.weight > 0)) return undefined;
  return {
    code: 'cookie-of-weight-0',
    severity: 'warning',
    message: `the cookie names ${text}, whose weight is 0: Traefik ignores such servers, so its clients move`,
    remedy: 'to drain a node, keep its router and take it out of the pool: npm run drain',
    place: at,
  };
};
