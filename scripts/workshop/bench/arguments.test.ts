import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArguments } from './arguments.ts';

for (const [argv, message] of [
  [['--rounds', '0'], '--rounds takes a number from 1, not 0'],
  [['--rounds', 'two'], '--rounds takes a number from 1, not two'],
  [['--only', 'router,apache'], '--only knows direct, router, traefik, nginx, cluster, watched, not apache'],
] as const)
  test(`${argv.join(' ')} is refused`, () => {
    assert.deepEqual(parseArguments(argv), { kind: 'misuse', message });
  });

test('an unknown option is refused', () => {
  assert.equal(parseArguments(['--slow']).kind, 'misuse');
});

test('the direct path is measured whatever else is', () => {
  const read = parseArguments(['--only', 'traefik', '--quick', '--rounds', '4']);
  assert.deepEqual(read.kind === 'run' && [read.only, read.plan.rounds], [['direct', 'traefik'], 4]);
});
