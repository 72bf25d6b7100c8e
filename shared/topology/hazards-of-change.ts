/** What a change of the topology does to connected clients. */
import { type Found, foundIn } from '../found.ts';
import type { Hazard } from './hazard.ts';
import { prefixesOf } from './prefixes.ts';
import type { Topology, TopologyNode } from './topology.ts';

export const hazardsOfChange = (before: Topology, after: Topology): readonly Hazard[] => {
  const settings = [cookieHazards, prefixHazard, affinityHazards, handleHazards, misrouteHazards];
  const places = new Map(after.nodes.map(({ id }, index) => [id, index]));
  const states = new Map(before.nodes.map(({ id, state }) => [id, state]));
  return foundIn([
    before.nodes.map((node) => nodeHazards(node, after, places.get(node.id) ?? -1)),
    after.nodes.map((node, index) => joining(node, `nodes[${index}]`, states.get(node.id))),
    settings.map((find) => find(before, after)),
  ]);
};

const misrouteHazards = (before: Topology, after: Topology): Hazard | undefined => {
  const mode = before.misroute !== after.misroute;
  if (!mode && (after.misroute === 'refuse' || before.relaySecretFile === after.relaySecretFile)) return undefined;
  return warning(
    'misroute-changed',
    mode ? 'misroute' : 'relaySecretFile',
    `nodes read ${mode ? 'what becomes of misroutes' : 'the secret'} when they start: until all have done so, some refuse what others pass on`,
    'npm run rolling-restart; in the secret’s file, first add the new one below the old one, and at a second restart move it above',
  );
};

const warning = (name: string, path: string, message: string, remedy: string): Hazard => ({
  name,
  severity: 'warning',
  path,
  message,
  remedy,
});

const nodeHazards = (node: TopologyNode, after: Topology, index: number): Found<Hazard> => {
  const now = after.nodes[index];
  if (node.state === 'out') return undefined;
  if (now === undefined || now.state === 'out')
    return gone(node, now === undefined ? 'nodes' : `nodes[${index}].state`);
  return [
    now.url === node.url ? undefined : moved(node, now.url, { path: `nodes[${index}].url`, after }),
    tagged(node, now, `nodes[${index}]`),
  ];
};

/** A node reads its tag when it starts, so until then the ids that it makes have the old one. */
const tagged = (was: TopologyNode, is: TopologyNode, path: string): Hazard | undefined => {
  const [tag] = prefixesOf(is);
  const left = prefixesOf(was).filter((prefix) => !prefixesOf(is).includes(prefix));
  if (left.length > 0)
    return warning(
      'ids-without-route',
      path,
      `nothing takes ids of ${is.id} that begin with ${left.join(' or ')} any more: such sessions, handles and tasks are lost`,
      `keep formerly: [${left.join(', ')}] until ${is.id} has restarted with ${is.tag === undefined ? 'no tag' : `--tag ${tag}`}, and an hour more`,
    );
  if (tag === prefixesOf(was)[0]) return undefined;
  return warning(
    'tag-changed',
    path,
    `ids of ${is.id} begin with ${tag} once it runs with ${is.tag === undefined ? 'no tag' : `--tag ${tag}`}; those that begin with ${prefixesOf(was)[0]} stay at it`,
    'after timeouts.settle: npm run rolling-restart, which drains each node before it restarts',
  );
};

const gone = ({ id, state }: TopologyNode, path: string): Hazard =>
  warning(
    'node-gone',
    path,
    `${id} is taken out${state === 'draining' ? '' : ' without having drained'}: the sessions that it still holds end, and their clients must begin anew`,
    state === 'draining'
      ? 'wait until it holds no session'
      : 'set its state to draining first, and wait until it holds no session',
  );

/** A session that begins at the first proxy to reload must be found by all the others. */
const joining = (
  { id, state }: TopologyNode,
  path: string,
  was: TopologyNode['state'] | undefined,
): Hazard | undefined => {
  if (state !== 'active' || (was !== undefined && was !== 'out')) return undefined;
  return joinsAtOnce(id, was === undefined ? path : `${path}.state`);
};

/** Also if only the files show which nodes had routes before. */
export const joinsAtOnce = (id: string, path: string): Hazard =>
  warning(
    'joins-at-once',
    path,
    `${id} gets its routes and new sessions by one change: with several Traefiks, those that one begins there are lost at another that follows later`,
    `with one Traefik nothing; else write state: draining, generate, and then npm run undrain -- ${id}, after timeouts.settle`,
  );

/** If only the files show that it had routes. */
export const losesRoutes = (id: string, path: string): Hazard =>
  warning(
    'node-gone',
    path,
    `${id} loses its routes: the sessions that it still holds end, and their clients must begin anew`,
    `if it holds none, nothing; else set it back to active, generate, and take it out with npm run drain -- ${id}`,
  );

type Where = { readonly path: string; readonly after: Topology };

const moved = ({ id, url }: TopologyNode, now: string, { path, after: { affinity, cookie } }: Where): Hazard =>
  affinity !== 'session-id' && cookie.of === 'url'
    ? warning(
        'url-changed',
        path,
        `the URL of ${id} becomes ${now} after ${url}: every cookie that names it is void, and clients known by the cookie alone move`,
        'keep the text as it is where the server is the same (a port written out is another text), or cookie.of: name',
      )
    : warning(
        'url-changed',
        path,
        `the URL of ${id} becomes ${now} after ${url}: its sessions are looked for there`,
        'right where the same process answers there; else let it drain first',
      );

const cookieHazards = (
  { cookie: was, affinity }: Topology,
  { cookie: is, affinity: next }: Topology,
): Found<Hazard> => {
  if (affinity === 'session-id' || next === 'session-id') return undefined;
  const attributes = (['path', 'domain'] as const).filter((key) => was[key] !== is[key]);
  return [
    was.name === is.name ? undefined : renamed(was.name, is.name),
    was.of === is.of ? undefined : reformed(was.of, is.of),
    attributes.map((key) =>
      warning(
        'cookie-scope',
        `cookie.${key}`,
        `clients keep the cookie of the old ${key} beside the new one, and Traefik reads whichever comes first`,
        'give the cookie a new name together with it',
      ),
    ),
  ];
};

const renamed = (was: string, is: string): Hazard =>
  warning(
    'cookie-renamed',
    'cookie.name',
    `the cookie ${was} becomes ${is}: clients known by the cookie alone move, and lose their sessions`,
    'do it while few sessions are open, or let the nodes drain first',
  );

/** The routes of sessions accept both forms. */
const reformed = (was: string, is: string): Hazard =>
  warning(
    'cookie-form',
    'cookie.of',
    `the cookie becomes a hash of the ${is} after one of the ${was}: sessions with an id go on, and clients that are known by the cookie and no id (HTTP with SSE) move once`,
    'nothing to do where sessions have ids; else do it while few are open',
  );

const prefixHazard = ({ prefix: was }: Topology, { prefix: is }: Topology): Hazard | undefined =>
  was === is
    ? undefined
    : warning(
        'prefix-changed',
        'prefix',
        `the endpoint moves from ${was} to ${is}: clients that know the old one reach the default route`,
        'tell the clients first',
      );

const affinityHazards = ({ affinity: was }: Topology, { affinity: is }: Topology): Hazard | undefined => {
  if (was === is || is === 'both') return undefined;
  const lost = is === 'cookie' ? 'clients that keep no cookie' : 'sessions whose id does not name their node';
  return warning('affinity-changed', 'affinity', `${lost} are no longer kept at their node`, 'keep affinity: both');
};

const handleHazards = ({ handles: was }: Topology, { handles: is }: Topology): Found<Hazard> => {
  if (was === false) return undefined;
  const remedy = 'do it when no client uses them any more: npm run sessions lists handles and tasks';
  if (is === false)
    return warning(
      'handles-off',
      'handles',
      'handles and tasks are no longer kept at their node, and are lost',
      remedy,
    );
  const left = was.headers.filter((name) => !is.headers.some((other) => other.toLowerCase() === name.toLowerCase()));
  return left.map((name) =>
    warning('handle-header-gone', 'handles.headers', `handles in ${name} are no longer kept at their node`, remedy),
  );
};
