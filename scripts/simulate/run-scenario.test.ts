import assert from 'node:assert/strict';
import test from 'node:test';
import { noTraefik } from '../../shared/traefik-binary.ts';
import { checkExpectations } from './expectations.ts';
import { figuresOf } from './figures.ts';
import { readScenario } from './read-scenario.ts';
import { runScenario } from './run-scenario.ts';

const KILLED = `
about: a node is killed under twenty clients
nodes: 2
seconds: 1
fleet:
  - {clients: 10, callsPerSecond: 5}
  - {clients: 10, callsPerSecond: 5, cookies: false}
timeline:
  - {do: kill n2}
  - {at: 5, do: change-config}
expect: {lost: 10, moved: 10, without: 0, misroutes: 0}
`;

for (const [proxy, skip] of [
  ['router', false],
  ['traefik', noTraefik()],
] as const)
  test(`${proxy}: clients of a killed node are counted as lost and moved, and all are back`, { skip }, async () => {
    const { scenario } = readScenario(KILLED, 'killed.yaml');
    assert.ok(scenario);
    const { signal } = new AbortController();
    const run = await runScenario({ scenario, proxy, seed: 1, signal, onEvent: () => undefined });
    const figures = figuresOf(run.events, run.clients);
    const broken = checkExpectations(scenario, figures).filter(({ holds }) => !holds);
    assert.deepEqual(broken, [], JSON.stringify(figures));
    assert.equal(figures.recovery.count, 10);
  });

const HELD = `
about: a node drains under handles and tasks, and another one is killed
nodes: 2
seconds: 1
fleet:
  - {clients: 8, holds: handle, callsPerSecond: 5, cookies: false, timeoutSeconds: 60}
  - {clients: 2, holds: task, callsPerSecond: 5, cookies: false, timeoutSeconds: 60}
timeline:
  - {do: drain n1}
  - {do: await-answers}
  - {do: undrain n1}
  - {do: kill n2}
  - {do: await-answers}
expect: {lost: 5, moved: 5, misroutes: 0}
`;

test('handles and tasks stay at their node, through a drain too, and are lost when it is killed', async () => {
  const { scenario } = readScenario(HELD, 'held.yaml');
  assert.ok(scenario);
  const { signal } = new AbortController();
  const run = await runScenario({ scenario, proxy: 'router', seed: 1, signal, onEvent: () => undefined });
  const figures = figuresOf(run.events, run.clients);
  const broken = checkExpectations(scenario, figures).filter(({ holds }) => !holds);
  assert.deepEqual(broken, [], JSON.stringify(figures));
  const gone = Object.keys(figures.notFound);
  assert.ok(gone.length > 0 && gone.every((reason) => /^owner-(gone|restarted)$/.test(reason)), gone.join());
});

test('an interrupted run ends together with its cluster', async () => {
  const { scenario } = readScenario(
    'about: x\nnodes: 1\nseconds: 600\nfleet: [{clients: 5, callsPerSecond: 20}]',
    's.yaml',
  );
  assert.ok(scenario);
  const over = new AbortController();
  const onEvent = ({ kind }: { kind: string }): void => {
    if (kind === 'answered') over.abort();
  };
  const run = await runScenario({ scenario, proxy: 'router', seed: 1, signal: over.signal, onEvent });
  assert.equal(run.interrupted, true);
});
