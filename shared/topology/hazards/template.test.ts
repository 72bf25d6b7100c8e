import assert from 'node:assert/strict';
import test from 'node:test';
import { foundIn } from '../../found.ts';
import { assertWorded } from '../test-hazards.ts';
import type { Topology } from '../topology.ts';
import { templateHazards } from './template.ts';

const pathsIn = (values: object): string[] => {
  const found = foundIn(templateHazards(values as Topology));
  found.forEach(assertWorded);
  return found.map(({ name, severity, path }) => `${severity} ${name} ${path}`);
};

for (const { where, values, hazards } of [
  { where: 'a text', values: { registry: 'a{{b' }, hazards: ['error template registry'] },
  {
    where: 'a list in a list',
    values: { nodes: [{ id: 'n1' }, { formerly: ['t', '{{'] }] },
    hazards: ['error template nodes[1].formerly[1]'],
  },
  { where: 'a mapping', values: { cookie: { secure: true, path: '/{{' } }, hazards: ['error template cookie.path'] },
  { where: 'no text at all', values: { healthCheck: false, maxAge: 0, domain: undefined, none: null }, hazards: [] },
  { where: 'one brace', values: { registry: 'a{b' }, hazards: [] },
])
  test(`the start of a template is found in ${where}`, () => assert.deepEqual(pathsIn(values), hazards));
