import assert from 'node:assert/strict';
import test from 'node:test';
import { topologySchema } from '../topology/topology.ts';
import { generateFiles } from './generate-files.ts';
import { hazardsAfter } from './routes-before.ts';

const topologyOf = (...states: readonly string[]) =>
  topologySchema.parse({
    nodes: states.map((state, i) => ({ id: `n${i + 1}`, url: `http://n${i + 1}:1`, state })),
    entryPoints: { web: { address: ':80' } },
  });
const fileOf = (...states: readonly string[]): string =>
  generateFiles(topologyOf(...states), { dynamicFile: 'dynamic.yml' }).dynamic;

for (const [what, before, after, joins] of [
  ['that is new', fileOf('active'), topologyOf('active', 'active'), ['nodes[1]']],
  ['that was out', fileOf('active', 'out'), topologyOf('active', 'active'), ['nodes[1]']],
  ['that drained', fileOf('active', 'draining'), topologyOf('active', 'active'), []],
  ['that is to drain', fileOf('active'), topologyOf('active', 'draining'), []],
  ['of a file that is no YAML', ': {', topologyOf('active', 'active'), []],
  ['of a file that is another', 'http: {routers: {web: {}}}', topologyOf('active', 'active'), []],
  ['of an empty file', '', topologyOf('active', 'active'), []],
] as const)
  test(`a node ${what} ${joins.length > 0 ? 'joins at once' : 'does not join at once'}`, () =>
    assert.deepEqual(
      hazardsAfter(before, after).map(({ path }) => path),
      joins,
    ));

for (const [what, before, after, leaves] of [
  ['that is out at once', fileOf('active', 'active'), topologyOf('active', 'out'), ['nodes[1].state']],
  ['that is out while it drains', fileOf('active', 'draining'), topologyOf('active', 'out'), ['nodes[1].state']],
  ['that is no longer in the topology', fileOf('active', 'active'), topologyOf('active'), ['nodes']],
  ['that was out before', fileOf('active', 'out'), topologyOf('active', 'out'), []],
  ['that was out, and is removed', fileOf('active', 'out'), topologyOf('active'), []],
] as const)
  test(`a node ${what} ${leaves.length > 0 ? 'loses its routes' : 'loses nothing'}`, () =>
    assert.deepEqual(
      hazardsAfter(before, after).map(({ name, path }) => [name, path]),
      leaves.map((path) => ['node-gone', path]),
    ));
