import type { Topology } from '../topology/topology.ts';

/** Traefik's own name for the entry point of its ping and metrics. */
export const INTERNAL_ENTRY_POINT = 'traefik';

/** Those that serve clients themselves: neither Traefik's own nor one that only redirects. */
export const servingEntryPoints = ({ entryPoints }: Topology): readonly string[] =>
  Object.keys(entryPoints).filter(
    (name) => name !== INTERNAL_ENTRY_POINT && entryPoints[name]?.redirectTo === undefined,
  );

/** Where ping and metrics are. */
export const internalEntryPoint = (topology: Topology): string => {
  if (INTERNAL_ENTRY_POINT in topology.entryPoints) return INTERNAL_ENTRY_POINT;
  return servingEntryPoints(topology)[0] ?? Object.keys(topology.entryPoints)[0] ?? INTERNAL_ENTRY_POINT;
};
