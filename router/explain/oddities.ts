import { cookieOddities } from './cookie-oddities.ts';
import { type CookieMatch, cookieTargets, decodeCookie } from './decode-cookie.ts';
import type { Finding } from './explanation.ts';
import type { Facts } from './facts.ts';
import { nodeOfSession, onlyServerOf, pooledServers } from './node-routes.ts';
import { readCookies } from './read-cookies.ts';
import type { World } from './world.ts';

/** What its sender may not have meant: pins that contradict each other, pins that nobody understands, lost sessions. */
export const findOddities = (facts: Facts): readonly Finding[] => [
  ...ODDITIES.flatMap((find) => find(facts)),
  ...cookieOddities(facts),
];

const sessionOf = ({ request }: Facts): string | undefined => request.headers.get('mcp-session-id');

/** Every cookie of the request that stands for a server, whatever service is asked. */
const decoded = ({ world, request }: Facts): readonly CookieMatch[] => {
  const targets = cookieTargets(world.config, world.nodeOf);
  return [...new Set(targets.map(({ cookie }) => cookie))].flatMap((name) => {
    const { value } = readCookies(request.headers, name);
    const named = targets.filter(({ cookie }) => cookie === name);
    return value === undefined ? [] : decodeCookie(value, named);
  });
};

const contradiction = (facts: Facts): Finding[] => {
  const id = sessionOf(facts);
  const node = facts.world.nodes.find((one) => id !== undefined && one.id === nodeOfSession(id));
  const cookie = node && decoded(facts).find(({ target }) => target.node !== undefined && target.node !== node.id);
  if (node === undefined || cookie === undefined || facts.server === undefined) return [];
  const wins =
    facts.pin.by === 'session-id'
      ? 'the session id wins'
      : facts.pin.by === 'cookie'
        ? 'the cookie wins'
        : 'neither wins';
  const why =
    facts.pin.by === 'session-id'
      ? `router ${node.router} looks at the id and comes first; the cookie is not read`
      : `the request went by router ${facts.routing.route?.name}`;
  return [
    {
      code: 'session-and-cookie-differ',
      severity: facts.pin.by === 'session-id' ? 'note' : 'warning',
      message: `the session id says ${node.id}, the cookie says ${cookie.target.node}: ${wins}, because ${why}`,
      ...(facts.pin.by !== 'session-id' && {
        remedy: 'the session lives where its id says: route on the id, or let the client forget the cookie',
      }),
      place: node.at,
    },
  ];
};

const sessionNode = (facts: Facts): Finding[] => {
  const id = sessionOf(facts);
  const { world, server } = facts;
  if (id === undefined || server === undefined || world.nodes.length === 0) return [];
  const named = nodeOfSession(id);
  if (named === undefined)
    return [
      {
        code: 'session-without-node',
        severity: 'warning',
        message: `the session id names no node: an id is NODE.UUID, such as ${world.nodes[0]!.id}.1b4e28ba-…`,
        remedy: `it can be pinned by the cookie only (${facts.pin.text}); was it made by another server, or cut?`,
      },
    ];
  const node = world.nodes.find((one) => one.id === named);
  if (node === undefined)
    return [
      {
        code: 'session-of-unknown-node',
        severity: 'error',
        message: `the session id names ${named}, and no router takes its ids (there are ${world.nodes.map((one) => one.id).join(', ')})`,
        remedy:
          'was the node taken out, or is the id from another environment? Its client gets 404 and must begin anew',
      },
    ];
  return [...passedBy(facts, node), ...draining(facts, node)];
};

type Node = World['nodes'][number];

/** Whatever tells the node, its id or its cookie: the route leads to one server, which is not asked. */
const ownerDown = ({ world, routing: { route }, steps, server }: Facts): Finding[] => {
  const own = typeof route?.service === 'object' ? onlyServerOf(world.config, route.service.name) : undefined;
  if (own === undefined || server === undefined || steps[0]?.reason !== 'fallback') return [];
  const name = world.nodeOf(own) ?? own;
  return [
    {
      code: 'owner-down',
      severity: 'error',
      message: `${name} is down, so another node gets the request of its session, and answers 404`,
      remedy: `the client must begin anew, with initialize; or start ${name} again, if it only does not answer`,
      place: route!.config.ruleAt,
    },
  ];
};

/** Full, draining or stopping, all of them; or dead. */
const nobodyReady = ({ world, steps: [step] }: Facts): Finding[] => {
  const config = step?.reason === 'fallback' ? world.config.services.get(step.service) : undefined;
  if (config?.kind !== 'failover' || onlyServerOf(world.config, config.name) !== undefined) return [];
  return [
    {
      code: 'nobody-ready',
      severity: 'warning',
      message: `no server of ${config.service} is up, so ${config.fallback} answers: a new session gets 503 there`,
      remedy: 'ask /readyz of the nodes: are they full, do they drain or stop? Start another node',
      place: config.at,
    },
  ];
};

const passedBy = ({ routing: { route } }: Facts, node: Node): Finding[] =>
  route === undefined || route.name === node.router
    ? []
    : [
        {
          code: 'session-not-routed',
          severity: 'note',
          message: `the session is ${node.id}'s, but router ${route.name} took the request, not ${node.router}`,
          remedy: `a request of the session should match ${node.router}: compare its rule with the steps above`,
          place: node.at,
        },
      ];

const draining = ({ world, candidates }: Facts, node: Node): Finding[] =>
  pooledServers(world.config).has(node.url) || !candidates.some(({ url }) => url === node.url)
    ? []
    : [
        {
          code: 'draining-node',
          severity: 'note',
          message: `${node.id} is draining: it is in no pool, so it gets no new sessions, and keeps those it has`,
          remedy: 'nothing to do; a new session of this client will be on another node',
          place: node.at,
        },
      ];

/** A session that any of several servers may get is lost with the next request. */
const unpinnedSession = (facts: Facts): Finding[] =>
  sessionOf(facts) === undefined ||
  facts.candidates.length < 2 ||
  facts.pin.by !== 'nothing' ||
  ownerDown(facts).length > 0
    ? []
    : [
        {
          code: 'session-not-pinned',
          severity: 'error',
          message: `the request is of a session, and any of ${facts.candidates.length} servers may get it: all but one answer 404`,
          remedy: 'route on the session id (HeaderRegexp), or let the client send the sticky cookie back',
        },
      ];

/** A child with nobody left still gets its share, unless its parent follows its health. */
const shareLost = ({ world, steps, request }: Facts): Finding[] =>
  steps.flatMap(({ service, reason }) => {
    const config = world.config.services.get(service);
    if (config?.kind !== 'weighted' || config.healthCheck || reason === 'cookie' || reason === 'legacy-cookie')
      return [];
    return config.services
      .filter(({ name, weight }) => weight > 0 && world.services.get(name)?.choose(request).kind === 'unavailable')
      .map(({ written, at }) => ({
        code: 'share-lost',
        severity: 'error',
        message: `${written} has no server that is up, and still gets its share of ${service}: these requests get 503`,
        remedy: `give ${service} and its services a healthCheck, so that it follows their health`,
        place: at,
      }));
  });

type Find = (facts: Facts) => Finding[];

const ODDITIES: readonly Find[] = [contradiction, ownerDown, sessionNode, nobodyReady, unpinnedSession, shareLost];
