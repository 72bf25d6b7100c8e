import { yamlValues } from '../source/yaml-values.ts';
import type { Hazard } from '../topology/hazard.ts';
import { joinsAtOnce, losesRoutes } from '../topology/hazards-of-change.ts';
import type { Topology } from '../topology/topology.ts';
import { PARTS } from './parts.ts';

/** What the existing dynamic file says about nodes that join or leave at once; nothing, if it has none of them. */
export const hazardsAfter = (dynamic: string, { nodes }: Topology): readonly Hazard[] => {
  const routers = routersIn(dynamic);
  const isRouted = ({ id }: Topology['nodes'][number]): boolean =>
    routers.has(PARTS.node(id)) || routers.has(PARTS.cookie(id));
  if (!nodes.some(isRouted)) return [];
  const ids = new Set(nodes.map(({ id }) => id));
  const removed = [...routers].flatMap((name) => (name.startsWith(NODE) ? [name.slice(NODE.length)] : []));
  return [
    ...nodes.flatMap((node, index) => {
      if (node.state === 'active' && !isRouted(node)) return [joinsAtOnce(node.id, `nodes[${index}]`)];
      return node.state === 'out' && isRouted(node) ? [losesRoutes(node.id, `nodes[${index}].state`)] : [];
    }),
    ...removed.filter((id) => !ids.has(id)).map((id) => losesRoutes(id, 'nodes')),
  ];
};

const NODE = PARTS.node('');

/** If the file is not YAML or not ours, we cannot tell. */
const routersIn = (dynamic: string): ReadonlySet<string> => {
  try {
    const { http } = yamlValues(dynamic) as { http?: { routers?: object } };
    return new Set(Object.keys(http?.routers ?? {}));
  } catch {
    return new Set();
  }
};
