import { type Found, foundIn } from '../../shared/found.ts';
import { cookieFindings } from './cookie-findings.ts';
import { type CookieMatch, decodeCookie } from './decode-cookie.ts';
import type { Finding } from './explanation.ts';
import type { Facts } from './facts.ts';
import { handleFindings } from './handle-findings.ts';
import { onlyServerOf, ownerOf, pooledServers, prefixOf } from './node-routes.ts';
import { readCookies } from './read-cookies.ts';
import type { World } from './world.ts';

/** What the sender may not have intended: contradicting pins, unknown pins, lost sessions. */
export const findingsOf = (facts: Facts): readonly Finding[] => foundIn(FINDERS.map((find) => find(facts)));

const sessionOf = ({ request }: Facts): string | undefined => request.headers.get('mcp-session-id');

/** Every cookie in the request that matches a server of any service. */
const decoded = ({ world, request }: Facts): readonly CookieMatch[] => {
  const targets = world.cookieTargets;
  return [...new Set(targets.map(({ cookie }) => cookie))].flatMap((name) => {
    const { value } = readCookies(request.headers, name);
    const named = targets.filter(({ cookie }) => cookie === name);
    return value === undefined ? [] : decodeCookie(value, named);
  });
};

const contradiction = (facts: Facts): Found<Finding> => {
  const id = sessionOf(facts);
  const node = id === undefined ? undefined : ownerOf(id, facts.world.nodes);
  const cookie = node && decoded(facts).find(({ target }) => target.node !== undefined && target.node !== node.id);
  if (node === undefined || cookie === undefined || facts.server === undefined) return undefined;
  const wins =
    facts.pin.by === 'session-id'
      ? 'the session id wins'
      : facts.pin.by === 'cookie'
        ? 'the cookie wins'
        : 'neither wins';
  const why =
    facts.pin.by === 'session-id'
      ? `router ${node.router} matches the id and has the higher priority; the cookie is not read`
      : `the request matched router ${facts.routing.route?.name}`;
  return {
    code: 'session-and-cookie-differ',
    severity: facts.pin.by === 'session-id' ? 'note' : 'warning',
    message: `the session id says ${node.id}, the cookie says ${cookie.target.node}: ${wins}, because ${why}`,
    ...(facts.pin.by !== 'session-id' && {
      remedy: 'the session is on the node in its id: route on the id, or make the client drop the cookie',
    }),
    place: node.at,
  };
};

const sessionNode = (facts: Facts): Found<Finding> => {
  const id = sessionOf(facts);
  const { world, server } = facts;
  if (id === undefined || server === undefined || world.nodes.length === 0) return undefined;
  const named = prefixOf(id);
  if (named === undefined)
    return {
      code: 'session-without-node',
      severity: 'warning',
      message: `the session id names no node: ids are NODE.UUID, such as ${world.nodes[0]!.prefixes[0]}.1b4e28ba-…`,
      remedy: `only the cookie can pin it (${facts.pin.text}); was it created by another server, or truncated?`,
    };
  const node = ownerOf(id, world.nodes);
  if (node === undefined)
    return {
      code: 'session-of-unknown-node',
      severity: 'error',
      message: `the session id names ${named}, and no router matches its ids (known nodes: ${world.nodes.map((one) => one.id).join(', ')})`,
      remedy:
        'was the node removed, or is the id from another environment? The client gets 404 and must open a new session',
    };
  return [passedBy(facts, node), draining(facts, node)];
};

type Node = World['nodes'][number];

/** The route leads to one server, by id or by cookie, but that server is not asked. */
const ownerDown = ({ world, routing: { route }, steps, server }: Facts): Found<Finding> => {
  const own = typeof route?.service === 'object' ? onlyServerOf(world.config, route.service.name) : undefined;
  if (own === undefined || server === undefined || steps[0]?.reason !== 'fallback') return undefined;
  const name = world.nodeOf(own) ?? own;
  return {
    code: 'owner-down',
    severity: 'error',
    message: `${name} is down, so another node gets the request and answers 404`,
    remedy: `the client must open a new session with initialize; or start ${name} again, if it only hangs`,
    place: route!.config.ruleAt,
  };
};

/** Every node is full, draining, stopping or dead. */
const nobodyReady = ({ world, steps: [step] }: Facts): Found<Finding> => {
  const config = step?.reason === 'fallback' ? world.config.services.get(step.service) : undefined;
  if (config?.kind !== 'failover' || onlyServerOf(world.config, config.name) !== undefined) return undefined;
  return {
    code: 'nobody-ready',
    severity: 'warning',
    message: `no server of ${config.service} is up, so ${config.fallback} answers: a new session gets 503 there`,
    remedy: 'ask /readyz of the nodes: are they full, do they drain or stop? Start another node',
    place: config.at,
  };
};

const passedBy = ({ routing: { route } }: Facts, node: Node): Found<Finding> =>
  route === undefined || route.name === node.router
    ? undefined
    : {
        code: 'session-not-routed',
        severity: 'note',
        message: `the session belongs to ${node.id}, but router ${route.name} handled the request, not ${node.router}`,
        remedy: `requests of the session should match ${node.router}: compare its rule with the steps above`,
        place: node.at,
      };

const draining = ({ world, candidates }: Facts, node: Node): Found<Finding> =>
  pooledServers(world.config).has(node.url) || !candidates.some(({ url }) => url === node.url)
    ? undefined
    : {
        code: 'draining-node',
        severity: 'note',
        message: `${node.id} is draining: it is in no pool, so it gets no new sessions and keeps its old ones`,
        remedy: 'nothing to do; a new session of this client will be on another node',
        place: node.at,
      };

/** A session request that several servers may get will probably be lost. */
const unpinnedSession = (facts: Facts): Found<Finding> =>
  sessionOf(facts) === undefined ||
  facts.candidates.length < 2 ||
  facts.pin.by !== 'nothing' ||
  ownerDown(facts) !== undefined
    ? undefined
    : {
        code: 'session-not-pinned',
        severity: 'error',
        message: `the request belongs to a session, but any of ${facts.candidates.length} servers may get it: all but one answer 404`,
        remedy: 'route on the session id (HeaderRegexp), or make the client keep the sticky cookie',
      };

/** A child without servers up still gets its share, unless its parent has a health check. */
const shareLost = ({ world, steps, request }: Facts): Found<Finding> =>
  steps.flatMap(({ service, reason }) => {
    const config = world.config.services.get(service);
    if (config?.kind !== 'weighted' || config.healthCheck || reason === 'cookie' || reason === 'legacy-cookie')
      return undefined;
    return config.services
      .filter(({ name, weight }) => weight > 0 && world.services.get(name)?.choose(request).kind === 'unavailable')
      .map(({ written, at }) => ({
        code: 'share-lost',
        severity: 'error',
        message: `${written} has no server up, but still gets its share of ${service}: those requests get 503`,
        remedy: `give ${service} and its services a healthCheck, so that it skips services that are down`,
        place: at,
      }));
  });

type Find = (facts: Facts) => Found<Finding>;

const FINDERS: readonly Find[] = [
  contradiction,
  ownerDown,
  sessionNode,
  nobodyReady,
  unpinnedSession,
  shareLost,
  cookieFindings,
  handleFindings,
];
