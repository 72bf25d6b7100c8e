import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readDynamic } from '../../router/traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../../router/traefik/config/static/read-static.ts';
import { readTree, type Tree } from '../source/tree.ts';
import { arbitraryTopology } from '../topology/test-topologies.ts';
import { fileObjects, generateFiles } from './generate-files.ts';

const RANDOM = { numRuns: 200, seed: 6 };
const options = { dynamicFile: 'config/dynamic.yml', source: 'config/dev.yaml' };

/** As Traefik's decoder sees it: every scalar as text. */
const textsOf = (tree: Tree | undefined): unknown => {
  if (tree === undefined || tree.kind === 'null') return null;
  if (tree.kind === 'scalar') return tree.text;
  if (tree.kind === 'list') return tree.items.map(textsOf);
  return Object.fromEntries(tree.entries.map(({ key, value }) => [key, textsOf(value)]));
};
const texts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, texts(one)]));
};

test('the router reads the files of any topology without a problem', () => {
  fc.assert(
    fc.property(arbitraryTopology, (topology) => {
      const files = generateFiles(topology, options);
      assert.deepEqual(readStatic({ file: 'traefik.yml', text: files.static }).problems, []);
      assert.deepEqual(readDynamic([{ file: 'dynamic.yml', text: files.dynamic }]).problems, []);
    }),
    RANDOM,
  );
});

test('the generated text equals the objects, for any YAML parser and for Go’s', () => {
  fc.assert(
    fc.property(arbitraryTopology, (topology) => {
      const files = generateFiles(topology, options);
      const { fixed, dynamic } = fileObjects(topology, options);
      for (const [text, value] of [
        [files.static, fixed],
        [files.dynamic, dynamic],
      ] as const) {
        assert.deepEqual(parse(text), value);
        assert.deepEqual(textsOf(readTree('f.yml', text).tree), texts(value));
        assert.equal(text.includes('undefined'), false);
      }
    }),
    RANDOM,
  );
});

test('the same topology gives the same texts, and a file name cannot begin a template', () => {
  fc.assert(
    fc.property(arbitraryTopology, (topology) => {
      assert.deepEqual(generateFiles(topology, options), generateFiles(structuredClone(topology), options));
      assert.equal(generateFiles(topology, { ...options, source: '{{{{x}}' }).dynamic.includes('{{'), false);
    }),
    { ...RANDOM, numRuns: 50 },
  );
});
