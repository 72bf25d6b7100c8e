import type { Hazard } from '../hazard.ts';
import type { Topology, TopologyNode } from '../topology.ts';

export const nodeHazards = ({ nodes }: Topology): readonly Hazard[] => [
  ...takenTags(nodes),
  ...doubles(nodes),
  ...(nodes.some(({ state }) => state === 'active') ? [] : [nobodyActive]),
  ...(nodes.length === 1 ? [oneNode] : []),
];

/** Each node with the first earlier one that is like it. */
const doubles = (nodes: readonly TopologyNode[]): readonly Hazard[] => {
  const first = new Map<string, TopologyNode>();
  const before = (key: string, node: TopologyNode): TopologyNode => {
    const found = first.get(key) ?? node;
    first.set(key, found);
    return found;
  };
  return nodes.flatMap((node, i) => {
    const named = before(`id ${node.id}`, node);
    const alike = before(`letters ${node.id.toLowerCase()}`, node);
    const there = before(`url ${node.url}`, node);
    const server = before(`server ${new URL(node.url).href}`, node);
    return [
      ...(named === node ? [] : [sameId(node.id, i)]),
      ...(alike.id === node.id ? [] : [alikeIds(alike.id, node.id, i)]),
      ...(there === node ? [] : [sameUrl(there.id, node, i)]),
      ...(server.url === node.url ? [] : [oneServer(server.id, node, i)]),
    ];
  });
};

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
  message: `${tag} is already a name or a tag: ids that begin with it would have two owners`,
  remedy: 'choose another one: all names, tags and former tags must differ',
});

const alikeIds = (a: string, b: string, i: number): Hazard => ({
  name: 'alike-ids',
  severity: 'warning',
  path: `nodes[${i}].id`,
  message: `${a} and ${b} differ only in letter case; Traefik distinguishes them, people and many databases do not`,
  remedy: 'choose an id that differs in more than case',
});

const sameUrl = (other: string, { id, url }: { id: string; url: string }, i: number): Hazard => ({
  name: 'same-url',
  severity: 'error',
  path: `nodes[${i}].url`,
  message: `${other} and ${id} have the same URL ${url}: one server under two names gets twice its share`,
  remedy: 'give each node its own URL',
});

/** Two spellings of one URL: an explicit default port, letter case in the host. */
const oneServer = (other: string, { id, url }: { id: string; url: string }, i: number): Hazard => ({
  name: 'one-server',
  severity: 'error',
  path: `nodes[${i}].url`,
  message: `${url} of ${id} is the server of ${other}, spelled differently: Traefik would count it twice`,
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
  message: 'there is only one node: while it is down or restarts, no client is served',
  remedy: 'add a second one',
};
