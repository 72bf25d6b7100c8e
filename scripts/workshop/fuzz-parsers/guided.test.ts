import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { editStrings } from '../../../node/core/edit-strings.ts';
import { editedByHand } from './edited-by-hand.ts';
import { Guided } from './guided.ts';
import { PARSERS } from './parsers.ts';
import { hidden, square, straight } from './test-planted.ts';

/** A fixed number of rounds, however long they take. */
const rounds = (most: number): (() => boolean) => {
  let round = 0;
  return () => round++ >= most;
};
const fuzz = (check: (text: string) => void, most: number) =>
  new Guided({ name: 'planted', check, seeds: ['abc'] }).run({ seed: 1, corpus: [], until: rounds(most) });

test('faults behind rarely reached code are found', () => {
  const { findings, kept } = fuzz(hidden, 400);
  assert.match(findings[0]?.what ?? '', /found/);
  assert.match(findings[0]?.input ?? '', /^FUZ/);
  assert.ok(
    kept.some((text) => /^FU/.test(text)),
    'the way there is kept',
  );
});

test('quadratic growth is found by counting steps, and linear growth passes', () => {
  assert.match(fuzz(square, 0).findings[0]?.what ?? '', /twice as often/);
  assert.deepEqual(fuzz(straight, 10).findings, []);
});

test('the corpus in the repository gives no finding', () => {
  const corpus = JSON.parse(readFileSync(new URL('./corpus.json', import.meta.url), 'utf8')) as Record<
    string,
    string[]
  >;
  assert.deepEqual(Object.keys(corpus).sort(), PARSERS.map(({ name }) => name).sort());
  for (const parser of PARSERS)
    assert.deepEqual(new Guided(parser).run({ seed: 1, corpus: corpus[parser.name]!, until: () => true }).findings, []);
});

test('the simple editor agrees with editStrings', () => {
  const value = { a: 'x', b: [{ a: 'y' }], '*': 'z' };
  const paths = new Set(['a', 'b.*.a']);
  const bytes = editStrings(Buffer.from(JSON.stringify(value)), paths, (text) => `n1.${text}`);
  assert.deepEqual(
    editedByHand(value, paths, (text) => `n1.${text}`),
    JSON.parse(bytes.toString()),
  );
  assert.equal(JSON.stringify(JSON.parse(bytes.toString())), '{"a":"n1.x","b":[{"a":"n1.y"}],"*":"z"}');
});
