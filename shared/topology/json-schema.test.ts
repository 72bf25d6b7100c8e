import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { topologyJsonSchema } from './json-schema.ts';
import { arbitraryInput } from './test-topologies.ts';

const read = (file: string): string => readFileSync(new URL(`../../config/${file}`, import.meta.url), 'utf8');

test('the committed schema for editors is the present one', () => {
  assert.equal(topologyJsonSchema(), read('topology.schema.json'));
});

test('the schema for editors takes what is taken here', () => {
  const valid = new Ajv({ strict: false }).compile(JSON.parse(topologyJsonSchema()));
  for (const file of ['dev.yaml', 'production.yaml']) assert.ok(valid(parse(read(file))), file);
  fc.assert(
    fc.property(arbitraryInput, (input) => assert.ok(valid(input), JSON.stringify(valid.errors))),
    { numRuns: 100, seed: 2 },
  );
  assert.equal(valid({ nodes: [], entryPoints: {} }), false);
});
