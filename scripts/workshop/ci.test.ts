import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { findProgram } from '../../shared/find-program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKFLOW = join(ROOT, '.github/workflows/ci.yml');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

type Step = { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, string>> };

test('the workflow prepares a machine and runs .ci/run, on the oldest Node that the package allows', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml')) as { jobs: { ci: { steps: readonly Step[] } } };
  const { steps } = jobs.ci;
  assert.deepEqual(
    steps.flatMap(({ run }) => (run === undefined ? [] : [run])),
    ['bash .ci/run'],
  );
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  const node = steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'));
  assert.equal(`>=${node?.with?.['node-version']}`, engines.node);
});

const actionlint = findProgram(['actionlint']);

test('actionlint accepts the workflow', {
  skip: actionlint === undefined && 'there is no actionlint on the PATH',
}, () => {
  const { status, stdout } = spawnSync(actionlint!, ['-no-color', WORKFLOW], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
