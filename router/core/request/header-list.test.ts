import assert from 'node:assert/strict';
import test from 'node:test';
import { HeaderList } from './header-list.ts';

const list = (): HeaderList => new HeaderList(['a', '1', 'b', '2', 'a', '3']);

test('the first value of a name is its value, and all of them are kept in order', () => {
  assert.equal(list().get('a'), '1');
  assert.deepEqual(list().all('a'), ['1', '3']);
  assert.equal(list().get('c'), undefined);
  assert.deepEqual([list().has('b'), list().has('c')], [true, false]);
});

test('setting replaces every value of the name, whatever its case', () => {
  const one = list();
  one.set('A', '9');
  assert.deepEqual(
    [...one],
    [
      ['b', '2'],
      ['a', '9'],
    ],
  );
});

test('deleting leaves the other headers unchanged', () => {
  const one = list();
  one.delete('a');
  assert.deepEqual(one.flat, ['b', '2']);
});

test('a clone is independent', () => {
  const one = list();
  one.clone().delete('a');
  assert.equal(one.flat.length, 6);
});

test('names that objects inherit are ordinary names', () => {
  assert.equal(list().get('constructor'), undefined);
  assert.equal(new HeaderList(['__proto__', 'x']).get('__proto__'), 'x');
});
