/** The effect of a change to a deployment, as a value. */
import type { Hazard } from '../../shared/topology/hazard.ts';
import { hazardsOf } from '../../shared/topology/hazards.ts';
import { hazardsOfChange } from '../../shared/topology/hazards-of-change.ts';
import { hazardsOfTraefikFile } from '../../shared/traefik/hazards-of-file.ts';
import { staticOf } from '../../shared/traefik/static.ts';
import { argumentsOf, deploymentOf } from '../deployment/deployment.ts';
import { compareParts, type PartChange } from './compare-parts.ts';
import { movesOf, type NodeMoves } from './moves.ts';
import type { Side } from './read-side.ts';
import { type World, worldsOf } from './world.ts';

export type Plan = {
  readonly before: string;
  readonly after: string;
  readonly parts: readonly PartChange[];
  readonly nodes: readonly NodeMoves[];
  readonly takers: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Keys of the static file that differ: Traefik reads them only at its start. */
  readonly restart: readonly string[];
  /** Hazards that the change introduces. */
  readonly hazards: readonly Hazard[];
  /** Arguments for draining a node of OLD; undefined: it is not a topology. */
  readonly drainable: readonly string[] | undefined;
};

export const planOf = (before: Side, after: Side): Plan => {
  const [old, next] = worldsOf(before, after) as [World, World];
  return {
    before: before.file,
    after: after.file,
    parts: compareParts(before.config, after.config),
    nodes: movesOf(old, next),
    takers: { before: takersOf(old), after: takersOf(next) },
    restart: restartOf(before, after),
    hazards: newHazards(before, after),
    drainable: before.topology && argumentsOf(deploymentOf({ topology: before.file })),
  };
};

const takersOf = (world: World): readonly string[] => {
  const ways = world.endpoints.map((endpoint) => world.ask({ endpoint }));
  return [...new Set(ways.flatMap(({ urls }) => urls))].map((url) => world.names.get(url) ?? url).sort();
};

const restartOf = ({ topology: before }: Side, { topology: after }: Side): readonly string[] => {
  if (before === undefined || after === undefined) return [];
  const was: Record<string, unknown> = staticOf(before, { dynamicFile: '' });
  const is: Record<string, unknown> = staticOf(after, { dynamicFile: '' });
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]),
  );
};

const newHazards = (before: Side, after: Side): readonly Hazard[] => {
  const known = new Set(hazardsIn(before).map(({ message }) => message));
  const fresh = hazardsIn(after).filter(({ message }) => !known.has(message));
  if (before.topology === undefined || after.topology === undefined) return fresh;
  return [...fresh, ...hazardsOfChange(before.topology, after.topology)];
};

const hazardsIn = ({ topology, config }: Side): readonly Hazard[] =>
  topology === undefined ? hazardsOfTraefikFile(config) : hazardsOf(topology);
