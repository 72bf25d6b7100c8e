import assert from 'node:assert/strict';
import test from 'node:test';
import { hazardProblems } from './hazard-problems.ts';

const TEXT = `nodes:
  - id: n1
  - { id: n2, url: http://b:1 }
entryPoints:
  web: {}
`;

for (const [path, place, what] of [
  ['nodes', '1:1', 'a key'],
  ['nodes[1]', '3:5', 'an item'],
  ['nodes[1].url', '3:15', 'a key of an item'],
  ['entryPoints.web', '5:3', 'a key of a mapping'],
  ['nodes[0].url', '2:5', 'an item without that key'],
  ['nodes[7].url', '1:1', 'a list without that item'],
  ['nodes.web', '1:1', 'a list that has no keys'],
  ['entryPoints[0]', '4:1', 'a mapping that has no items'],
  ['cookie.name', '1:1', 'a file without that key'],
] as const)
  test(`a hazard of ${path} is shown at ${what}`, () => {
    const hazard = { name: 'x', severity: 'error', path, message: 'it is wrong', remedy: 'mend it' } as const;
    const [problem] = hazardProblems([hazard], TEXT, 't.yaml');
    const [line, column] = place.split(':').map(Number);
    assert.deepEqual(problem, {
      place: { file: 't.yaml', line, column },
      path,
      kind: 'error',
      message: 'it is wrong',
      remedy: 'mend it',
    });
  });
