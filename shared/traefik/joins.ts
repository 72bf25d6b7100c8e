import { yamlValues } from '../source/yaml-values.ts';
import type { Hazard } from '../topology/hazard.ts';
import { joinsAtOnce } from '../topology/hazards-of-change.ts';
import type { Topology } from '../topology/topology.ts';
import { PARTS } from './parts.ts';

/** Active nodes without a route in the existing dynamic file; none, if that file has no nodes at all. */
export const joinsAfter = (dynamic: string, { nodes }: Topology): readonly Hazard[] => {
  const routers = routersIn(dynamic);
  const isRouted = ({ id }: Topology['nodes'][number]): boolean =>
    routers.has(PARTS.node(id)) || routers.has(PARTS.cookie(id));
  if (!nodes.some(isRouted)) return [];
  return nodes.flatMap((node, index) =>
    node.state === 'active' && !isRouted(node) ? [joinsAtOnce(node.id, `nodes[${index}]`)] : [],
  );
};

/** If the file is not YAML or not ours, we cannot tell. */
const routersIn = (dynamic: string): ReadonlySet<string> => {
  try {
    const { http } = yamlValues(dynamic) as { http?: { routers?: object } };
    return new Set(Object.keys(http?.routers ?? {}));
  } catch {
    return new Set();
  }
};
