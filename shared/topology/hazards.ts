/** Problems of a valid topology, each with a sentence and a remedy. */
import { type Found, foundIn } from '../found.ts';
import type { Hazard } from './hazard.ts';
import { cookieHazards } from './hazards/cookie.ts';
import { entryPointHazards } from './hazards/entry-points.ts';
import { healthHazards } from './hazards/health.ts';
import { nodeHazards } from './hazards/nodes.ts';
import { pathHazards } from './hazards/paths.ts';
import { templateHazards } from './hazards/template.ts';
import { versionHazards } from './hazards/versions.ts';
import type { Topology } from './topology.ts';

const RULES: readonly ((topology: Topology) => Found<Hazard>)[] = [
  templateHazards,
  nodeHazards,
  healthHazards,
  pathHazards,
  entryPointHazards,
  cookieHazards,
  versionHazards,
];

/** Errors first. */
export const hazardsOf = (topology: Topology): readonly Hazard[] => {
  const all = foundIn(RULES.map((rule) => rule(topology)));
  return [...all.filter(({ severity }) => severity === 'error'), ...all.filter(({ severity }) => severity !== 'error')];
};
