import { yamlValues } from '../source/yaml-values.ts';
import type { Hazard } from '../topology/hazard.ts';
import { joinsAtOnce } from '../topology/hazards-of-change.ts';
import type { Topology } from '../topology/topology.ts';
import { PARTS } from './parts.ts';

/** Active nodes that have no route yet in the dynamic file that is there; in a file without any node nobody joins. */
export const joinsAfter = (dynamic: string, { nodes }: Topology): readonly Hazard[] => {
  const routers = routersIn(dynamic);
  const isRouted = ({ id }: Topology['nodes'][number]): boolean =>
    routers.has(PARTS.node(id)) || routers.has(PARTS.cookie(id));
  if (!nodes.some(isRouted)) return [];
  return nodes.flatMap((node, index) =>
    node.state === 'active' && !isRouted(node) ? [joinsAtOnce(node.id, `nodes[${index}]`)] : [],
  );
};

/** Of a file that is no YAML, or another one, nothing can be said. */
const routersIn = (dynamic: string): ReadonlySet<string> => {
  try {
    const { http } = yamlValues(dynamic) as { http?: { routers?: object } };
    return new Set(Object.keys(http?.routers ?? {}));
  } catch {
    return new Set();
  }
};
