import type { Found } from '../../found.ts';
import type { Hazard } from '../hazard.ts';
import type { Topology, TopologyNode } from '../topology.ts';

export const nodeHazards = ({ nodes }: Topology): Found<Hazard> => [
  takenTags(nodes),
  nodes.map((node, i) => {
    const before = nodes.slice(0, i);
    return [
      before.filter(({ id }) => id === node.id).map(() => sameId(node.id, i)),
      before.filter(({ id }) => id !== node.id && sameLetters(id, node.id)).map(({ id }) => alikeIds(id, node.id, i)),
      before.filter(({ url }) => url === node.url).map(({ id }) => sameUrl(id, node, i)),
      before.filter(({ url }) => url !== node.url && sameServer(url, node.url)).map(({ id }) => oneServer(id, node, i)),
    ];
  }),
  nodes.some(({ state }) => state === 'active') ? undefined : nobodyActive,
  nodes.length === 1 ? oneNode : undefined,
];

const sameId = (id: string, i: number): Hazard => ({
  name: 'same-id',
  severity: 'error',
  path: `nodes[${i}].id`,
  message: `two nodes are called ${id}: the sessions of one would be sent to the other`,
  remedy: 'give each node its own id, and start it with the same --name',
});

/** Names, tags and former ones are one namespace: an id has one owner. */
const takenTags = (nodes: readonly TopologyNode[]): readonly Hazard[] => {
  const owners = new Map<string, TopologyNode>(nodes.map((node) => [node.id, node]));
  return nodes.flatMap((node, i) =>
    tagsOf(node).flatMap(({ key, tag }) => {
      const owner = owners.get(tag);
      const isOwnName = owner === node && tag === node.id;
      if (owner === undefined) owners.set(tag, node);
      return owner === undefined || isOwnName ? [] : [sameTag(`nodes[${i}].${key}`, tag)];
    }),
  );
};

const tagsOf = ({ tag, formerly = [] }: TopologyNode) => [
  ...(tag === undefined ? [] : [{ key: 'tag', tag }]),
  ...formerly.map((former, at) => ({ key: `formerly[${at}]`, tag: former })),
];

const sameTag = (path: string, tag: string): Hazard => ({
  name: 'same-tag',
  severity: 'error',
  path,
  message: `${tag} is a name or a tag already: ids that begin with it would have two owners`,
  remedy: 'choose another one: names, tags and what is in formerly are all different',
});

const sameLetters = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const alikeIds = (a: string, b: string, i: number): Hazard => ({
  name: 'alike-ids',
  severity: 'warning',
  path: `nodes[${i}].id`,
  message: `${a} and ${b} differ in letter case only; Traefik tells them apart, people and many stores do not`,
  remedy: 'choose an id that differs in more',
});

const sameUrl = (other: string, { id, url }: { id: string; url: string }, i: number): Hazard => ({
  name: 'same-url',
  severity: 'error',
  path: `nodes[${i}].url`,
  message: `${other} and ${id} are both ${url}: one server under two names, which gets twice its share`,
  remedy: 'give each node its own URL',
});

/** Two spellings of one URL: an explicit default port, letter case in the host. */
const sameServer = (a: string, b: string): boolean => {
  const [left, right] = [urlOf(a), urlOf(b)];
  return left !== undefined && left === right;
};
const urlOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).href : undefined);
const oneServer = (other: string, { id, url }: { id: string; url: string }, i: number): Hazard => ({
  name: 'one-server',
  severity: 'error',
  path: `nodes[${i}].url`,
  message: `${url} of ${id} is the server of ${other}, written another way: Traefik would count it as two`,
  remedy: 'keep one of the two nodes, or correct the URL',
});

const nobodyActive: Hazard = {
  name: 'nobody-active',
  severity: 'error',
  path: 'nodes',
  message: 'no node is active: every new session, and every other request, gets 503',
  remedy: 'set the state of at least one node to active',
};

const oneNode: Hazard = {
  name: 'one-node',
  severity: 'warning',
  path: 'nodes',
  message: 'there is one node: while it is down or restarts, nobody is served',
  remedy: 'add a second one',
};
