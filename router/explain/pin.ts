import type { ChoiceStep } from '../core/service/service.ts';
import type { ExplainedServer, Pin } from './explanation.ts';
import { holderTakenBy, onlyServerOf } from './node-routes.ts';
import type { Routing } from './route-steps.ts';
import type { World } from './world.ts';

type Facts = {
  readonly world: World;
  readonly routing: Routing;
  readonly steps: readonly ChoiceStep[];
  readonly candidates: readonly ExplainedServer[];
};

export const NOTHING_PINS: Pin = { by: 'nothing', text: 'nothing pins this request' };

/** What keeps the next request of this client on the same server. */
export const pinOf = ({ world, routing, steps, candidates }: Facts): Pin => {
  if (candidates.length === 0) return NOTHING_PINS;
  const node = world.nodes.find(({ router }) => router === routing.route?.name);
  if (node !== undefined && candidates.length === 1 && candidates[0]?.url === node.url)
    return { by: 'session-id', text: `the session id: router ${node.router} matches ids of ${node.id}` };
  const holder = routing.matched
    .map(({ text }) => holderTakenBy({ name: routing.route?.name, rule: text }))
    .find((found) => found !== undefined);
  const own = routing.route && onlyServerOf(world.config, routing.route.config.service);
  if (holder !== undefined && candidates.length === 1 && candidates[0]?.url === own)
    return { by: 'handle', text: `${holder.header}: router ${routing.route?.name} matches ids of ${holder.node}` };
  const ownIsDown = steps.some(({ reason }) => reason === 'fallback');
  if (!ownIsDown && routing.matched.some(({ text }) => /^Header(Regexp)?\(\s*[`"]Cookie[`"]/i.test(text)))
    return { by: 'cookie', text: `the cookie: router ${routing.route?.name} matches on it` };
  const level = steps.find(({ reason }) => reason === 'cookie' || reason === 'legacy-cookie');
  if (level !== undefined && candidates.length === 1) return { by: 'cookie', text: `the cookie of ${level.service}` };
  const address = steps.find(({ reason }) => reason === 'client-ip');
  if (address !== undefined)
    return { by: 'client-address', text: `the client's address, hashed by ${address.service}` };
  if (candidates.length === 1) return { by: 'nothing', text: 'nothing, but only one server is left' };
  const sets = steps.some(({ reason }) => SETS_COOKIE.has(reason));
  return {
    by: 'nothing',
    text: sets ? 'nothing yet: the response sets a cookie, which the client must send back' : NOTHING_PINS.text,
  };
};

const SETS_COOKIE: ReadonlySet<string> = new Set(['no-cookie', 'unknown-cookie', 'pinned-server-down']);
