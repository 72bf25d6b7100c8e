import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArgs } from 'node:util';
import { optionProblem } from './option-problem.ts';

const options = {
  nodes: { type: 'string' },
  header: { type: 'string', short: 'H' },
  json: { type: 'boolean' },
} as const;

for (const { args, says } of [
  { args: ['--node', '5'], says: 'there is no option --node; did you mean --nodes?' },
  { args: ['--zzzzzz=1'], says: 'there is no option --zzzzzz' },
  { args: ['-x'], says: 'there is no option -x' },
  { args: ['--nodes'], says: '--nodes needs a value' },
  { args: ['--nodes', '--json'], says: '--nodes needs a value' },
  { args: ['-H'], says: '--header needs a value' },
  { args: ['--json=yes'], says: '--json takes no value' },
  { args: ['n1'], says: 'unexpected argument "n1"' },
])
  test(`${args.join(' ')} is reported: ${says}`, () => {
    let error: unknown;
    try {
      parseArgs({ args, options });
    } catch (thrown) {
      error = thrown;
    }
    assert.equal(optionProblem(error, Object.keys(options)), says);
  });

test('other errors are not option problems', () => {
  assert.equal(optionProblem(new Error('no'), []), undefined);
});
