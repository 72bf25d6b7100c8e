import assert from 'node:assert/strict';
import test from 'node:test';
import { coverageOf, readLcov } from './read-lcov.ts';

const LCOV = `TN:
SF:router/core/decide.ts
BRDA:1,0,0,4
BRDA:32,11,0,0
BRDA:63,12,0,2
BRF:3
end_of_record
TN:
SF:router/core/decide.test.ts
BRDA:1,0,0,0
end_of_record
TN:
SF:node/core/types.ts
end_of_record
`;

test('branches are counted by file, tests are left out, and lines without a test are named', () => {
  const files = readLcov(LCOV);
  assert.deepEqual(files, [
    { file: 'router/core/decide.ts', branches: 3, missed: [32] },
    { file: 'node/core/types.ts', branches: 0, missed: [] },
  ]);
  assert.deepEqual(coverageOf(files.slice(0, 1)), { taken: 2, all: 3, percent: 200 / 3 });
});

test('code that no test loads is not covered', () => {
  assert.equal(coverageOf([]).percent, 0);
});
