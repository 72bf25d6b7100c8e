import type { Problem } from '../../shared/source/place.ts';
import type { Tree } from '../../shared/source/tree.ts';
import { placeOf, writeKeyPath } from '../../shared/topology/key-path.ts';
import { readBySchema } from '../../shared/topology/read-by-schema.ts';
import { actionOf, type Scenario, scenarioSchema } from './scenario.ts';

export type ScenarioReading =
  | { readonly scenario: Scenario; readonly problems: readonly [] }
  | { readonly scenario: undefined; readonly problems: readonly Problem[] };

export const readScenario = (text: string, file: string): ScenarioReading => {
  const reading = readBySchema(text, file, { schema: scenarioSchema, called: 'scenario' });
  if (reading.value === undefined) return { scenario: undefined, problems: reading.problems };
  const problems = [...unknownNodes(reading.value, reading.tree), ...backwards(reading.value, reading.tree)];
  return problems.length > 0 ? { scenario: undefined, problems } : { scenario: reading.value, problems: [] };
};

const nodeNames = ({ nodes }: Pick<Scenario, 'nodes'>): readonly string[] =>
  Array.from({ length: nodes }, (_, i) => `n${i + 1}`);

const unknownNodes = (scenario: Scenario, tree: Tree): Problem[] => {
  const names = nodeNames(scenario);
  return scenario.timeline.flatMap((step, i) => {
    const { node } = actionOf(step.do);
    if (node === undefined || names.includes(node)) return [];
    const path = ['timeline', i, 'do'] as const;
    return [problem(tree, path, `there is no node ${node}`, `the nodes are ${names.join(', ')}; nodes: says how many`)];
  });
};

/** Steps run one after another: an earlier time after a later one is a mistake. */
const backwards = ({ timeline }: Scenario, tree: Tree): Problem[] => {
  let latest = 0;
  return timeline.flatMap(({ at = latest }, i) => {
    const before = latest;
    latest = Math.max(latest, at);
    if (at >= before) return [];
    return [
      problem(tree, ['timeline', i, 'at'], `${at} is before the step above, at ${before}`, 'put the steps in order'),
    ];
  });
};

const problem = (tree: Tree, path: readonly (string | number)[], message: string, remedy: string): Problem => ({
  place: placeOf(tree, path),
  path: writeKeyPath(path),
  kind: 'invalid',
  message,
  remedy,
});
