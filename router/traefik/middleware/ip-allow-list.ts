import { compileAddressSet } from '../../core/request/address-set.ts';
import { type Built, type ConfigOf, isFailed } from './built.ts';
import { compileIpStrategy } from './ip-strategy.ts';
import { plainReply } from './reply.ts';
import { statusText } from './status-text.ts';

export const ipAllowList = ({ name, kind, at, ...config }: ConfigOf<'ipAllowList'>): Built => {
  if (config.sourceRange.length === 0) return { error: 'sourceRange is empty, IPAllowLister not created' };
  const status = config.rejectStatusCode || 403;
  const text = statusText(status);
  if (text === undefined) return { error: `invalid HTTP status code ${status}` };
  const allowed = compileAddressSet(config.sourceRange);
  if (isFailed(allowed)) return { error: `cannot parse CIDRs [${config.sourceRange.join(' ')}]: ${allowed.error}` };
  const client = compileIpStrategy(config.ipStrategy);
  if (isFailed(client)) return client;
  return {
    name,
    kind,
    at,
    request: ({ request }) =>
      allowed.contains(withoutPort(client.of(request))) ? undefined : plainReply(status, text),
  };
};

/** Some proxies write `1.2.3.4:567` or `[::1]:567` into X-Forwarded-For. */
const withoutPort = (address: string): string =>
  /^(?:([^:]*)|\[(.*)\]):[^:\]]*$/
    .exec(address)
    ?.slice(1)
    .find((part) => part !== undefined) ?? address;
