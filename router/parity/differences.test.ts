import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { AREAS } from './areas.ts';
import { DIFFERENCES } from './differences.ts';
import { differencesTable } from './differences-table.ts';
import { EXPLAINED } from './fuzz/explained.ts';

const MARKER = '<!-- differences -->';

const page = (): string => {
  try {
    return readFileSync(new URL('../../.github/DIFFERENCES.md', import.meta.url), 'utf8');
  } catch {
    return '';
  }
};

test('every difference is shown by a case, or found and explained by the fuzzer', () => {
  const shown = AREAS.flatMap(({ cases }) => cases).flatMap((one) => ('differs' in one ? [one.differs.id] : []));
  const met = EXPLAINED.flatMap(({ id }) => (id === undefined ? [] : [id]));
  assert.deepEqual([...new Set([...shown, ...met])].sort(), Object.keys(DIFFERENCES).sort());
});

test('a case with a difference expects different results', () => {
  for (const one of AREAS.flatMap(({ cases }) => cases))
    if ('differs' in one) assert.notDeepEqual(one.differs.router, one.differs.traefik, one.name);
});

test('the page of differences has this table', {
  skip: !page().includes(MARKER) && `DIFFERENCES.md has no ${MARKER}`,
}, () => {
  const after = page().split(MARKER)[1]!.trimStart();
  assert.equal(after.slice(0, after.indexOf('\n\n')).trimEnd(), differencesTable());
});

test('the README says how many cases there are', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const count = AREAS.reduce((sum, { cases }) => sum + cases.length, 0);
  assert.equal(/\| ([\d,]+) cases on the router/.exec(readme)?.[1], count.toLocaleString('en'));
});
