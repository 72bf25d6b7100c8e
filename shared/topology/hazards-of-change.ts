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
    `nodes read ${mode ? 'misroute' : 'the secret'} at start: until all have restarted, some refuse requests that others pass on`,
    'npm run rolling-restart; for a new secret: add it below the old one, restart all nodes, move it above the old one, restart again',
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
      `there is no route for ids of ${is.id} that begin with ${left.join(' or ')} any more: such sessions, handles and tasks are lost`,
      `keep formerly: [${left.join(', ')}] until ${is.id} has restarted with ${is.tag === undefined ? 'no tag' : `--tag ${tag}`}, and for one more hour`,
    );
  if (tag === prefixesOf(was)[0]) return undefined;
  return warning(
    'tag-changed',
    path,
    `new ids of ${is.id} begin with ${tag} once it runs with ${is.tag === undefined ? 'no tag' : `--tag ${tag}`}; ids that begin with ${prefixesOf(was)[0]} still lead to it`,
    'wait for timeouts.settle, then npm run rolling-restart: it drains each node before the restart',
  );
};

const gone = ({ id, state }: TopologyNode, path: string): Hazard =>
  warning(
    'node-gone',
    path,
    `${id} is taken out${state === 'draining' ? '' : ' without a drain'}: its remaining sessions are lost, and their clients must open new ones`,
    state === 'draining'
      ? 'wait until it has no session'
      : 'set its state to draining first, and wait until it has no session',
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
    `${id} gets its routes and new sessions in one change: with several Traefiks, sessions that one opens there are lost at another that reloads later`,
    `nothing to do with one Traefik; else set state: draining, generate, wait for timeouts.settle, then npm run undrain -- ${id}`,
  );

/** If only the files show that it had routes. */
export const losesRoutes = (id: string, path: string): Hazard =>
  warning(
    'node-gone',
    path,
    `${id} loses its routes: its remaining sessions are lost, and their clients must open new ones`,
    `nothing to do if it has none; else set it back to active, generate, and take it out with npm run drain -- ${id}`,
  );

type Where = { readonly path: string; readonly after: Topology };

const moved = ({ id, url }: TopologyNode, now: string, { path, after: { affinity, cookie } }: Where): Hazard =>
  affinity !== 'session-id' && cookie.of === 'url'
    ? warning(
        'url-changed',
        path,
        `the URL of ${id} changes from ${url} to ${now}: every cookie that names it is void, and clients pinned only by the cookie move`,
        'do not respell the URL of the same server (an explicit port makes it another URL), or set cookie.of: name',
      )
    : warning(
        'url-changed',
        path,
        `the URL of ${id} changes from ${url} to ${now}: requests of its sessions go there`,
        'fine if the same process answers there; else drain the node first',
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
        'change cookie.name at the same time',
      ),
    ),
  ];
};

const renamed = (was: string, is: string): Hazard =>
  warning(
    'cookie-renamed',
    'cookie.name',
    `the cookie ${was} becomes ${is}: clients pinned only by the cookie move, and lose their sessions`,
    'do it while few sessions are open, or drain the nodes first',
  );

/** The routes of sessions accept both forms. */
const reformed = (was: string, is: string): Hazard =>
  warning(
    'cookie-form',
    'cookie.of',
    `the cookie becomes a hash of the ${is}, not of the ${was}: sessions with an id stay, clients pinned only by the cookie (HTTP with SSE) move once`,
    'nothing to do if sessions have ids; else do it while few are open',
  );

const prefixHazard = ({ prefix: was }: Topology, { prefix: is }: Topology): Hazard | undefined =>
  was === is
    ? undefined
    : warning(
        'prefix-changed',
        'prefix',
        `the endpoint moves from ${was} to ${is}: clients that still use the old path reach the default route`,
        'tell the clients first',
      );

const affinityHazards = ({ affinity: was }: Topology, { affinity: is }: Topology): Hazard | undefined => {
  if (was === is || is === 'both') return undefined;
  const lost = is === 'cookie' ? 'clients without cookies' : 'sessions whose id does not name their node';
  return warning('affinity-changed', 'affinity', `${lost} are no longer pinned to their node`, 'keep affinity: both');
};

const handleHazards = ({ handles: was }: Topology, { handles: is }: Topology): Found<Hazard> => {
  if (was === false) return undefined;
  const remedy = 'do it once no client uses them any more: npm run sessions lists handles and tasks';
  if (is === false)
    return warning(
      'handles-off',
      'handles',
      'handles and tasks are no longer routed to their node, and are lost',
      remedy,
    );
  const left = was.headers.filter((name) => !is.headers.some((other) => other.toLowerCase() === name.toLowerCase()));
  return left.map((name) =>
    warning('handle-header-gone', 'handles.headers', `handles in ${name} are no longer routed to their node`, remedy),
  );
};
