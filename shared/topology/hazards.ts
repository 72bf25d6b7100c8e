import type { Hazard } from './hazard.ts';
import type { Topology } from './topology.ts';

export const hazardsOf = (_topology: Topology): readonly Hazard[] => [];
