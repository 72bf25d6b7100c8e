import assert from 'node:assert/strict';
import test from 'node:test';
import { findEquivalent } from './equivalent.ts';
import { findMutants } from './find-mutants.ts';
import { type Module, testsOf } from './modules.ts';
import { readErrors } from './refused.ts';
import { scoresOf, type Verdict } from './score.ts';

test('mutants that do not compile or are equivalent do not count, and untried cores are not listed', () => {
  const verdicts: Verdict[] = ['killed', 'endless', 'killed', 'survived', 'refused', 'equivalent'];
  const judged = verdicts.map((verdict) => ({ file: 'node/core/a.ts', verdict }));
  assert.deepEqual(scoresOf([...judged, { file: 'scripts/b.ts', verdict: 'survived' }]), [
    { core: 'node/core/', killed: 2, endless: 1, survived: 1, refused: 1, equivalent: 1, percent: 75 },
  ]);
});

test('an equivalent change is recognised by its text, and by its line if needed', () => {
  const source = 'a(1 < 2);\nb(\n  1 <\n  2);\n';
  const entry = { file: 'f.ts', from: '1 < 2', to: '1 <= 2', why: '' };
  const met = (line?: string) =>
    findMutants(source).filter((mutant) =>
      findEquivalent({ ...mutant, file: 'f.ts' }, source, [{ ...entry, ...(line !== undefined && { line }) }]),
    ).length;
  assert.deepEqual([met(), met('a('), met('c(')], [2, 1, 0]);
  const [mutant] = findMutants('1 < 2');
  assert.equal(findEquivalent({ ...mutant!, file: 'other.ts' }, '1 < 2', [entry]), undefined);
});

test('a source is tested by the tests of its core that reach it, and by others that import it', () => {
  const module = (...needs: string[]): Module => ({ source: '', code: '', needs });
  const modules = new Map([
    ['node/core/a.ts', module()],
    ['node/core/b.ts', module('node/core/a.ts')],
    ['node/core/a.test.ts', module('node/core/a.ts')],
    ['node/core/b.test.ts', module('node/core/b.ts')],
    ['node/core/c.test.ts', module()],
    ['shared/traefik/d.test.ts', module('node/core/b.ts')],
    ['shared/traefik/e.test.ts', module('node/core/a.ts')],
    ['scripts/f.test.ts', module('node/core/a.ts')],
  ]);
  const tests = ['node/core/a.test.ts', 'node/core/b.test.ts', 'shared/traefik/e.test.ts'];
  assert.deepEqual(testsOf(modules, 'node/core/a.ts'), tests);
});

test('mutants that do not compile are known by the numbers in the compiler’s lines', () => {
  const output =
    'router/a.mutant7.ts(3,1): error TS2322: no.\n  deeper\nrouter/a.mutant12.ts(1,2): error TS1: no.\nx.ts(1,1): no\n';
  assert.deepEqual([...readErrors(output)], [7, 12]);
});
