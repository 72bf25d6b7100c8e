import assert from 'node:assert/strict';
import test from 'node:test';
import { editStrings } from './edit-strings.ts';

const edit = (json: string, path: string): string =>
  editStrings(Buffer.from(json), new Set([path]), (text) => `n1.${text}`).toString();

for (const [what, path, json, wanted] of [
  ['a string at its path', 'a.b', '{"a":{"b":"x"}}', '{"a":{"b":"n1.x"}}'],
  ['not the same name elsewhere', 'a.b', '{"b":"x","a":{"c":{"b":"x"}}}', '{"b":"x","a":{"c":{"b":"x"}}}'],
  ['every one of a list', 'a.*', '{"a":["x", "y"],"b":["x"]}', '{"a":["n1.x", "n1.y"],"b":["x"]}'],
  ['a name that is repeated', 'a', '{"a":"x","a":"y"}', '{"a":"n1.x","a":"n1.y"}'],
  ['a name in escapes', 'a', '{"\\u0061":"\\u0078"}', '{"\\u0061":"n1.x"}'],
  [
    'what stands behind a deeper value',
    'a',
    '{"b":{"c":[{"d":["e"]}]},"a":"x"}',
    '{"b":{"c":[{"d":["e"]}]},"a":"n1.x"}',
  ],
  ['no number, and no word in a string', 'a', '{"a":1,"b":"\\"a\\":\\"x\\""}', '{"a":1,"b":"\\"a\\":\\"x\\""}'],
] as const)
  test(`edited is ${what}`, () => assert.equal(edit(json, path), wanted));

test('all other bytes stay: spaces, numbers, escapes, multi-byte characters', () => {
  const json = '{ "n" : 1.0e400,\t"é\\/" :\r\n"ü€𝄞\\ud834", "a"\n: "x" }\n';
  assert.equal(edit(json, 'a'), json.replace('"x"', '"n1.x"'));
});

test('a name with dots or stars in it is not taken for a path', () => {
  for (const json of [
    '{"params.taskId":"n1.b"}',
    '{"params":{"taskIds":{"*":"n1.x"}}}',
    '{"params":{"taskIds.*":"n1.y"}}',
  ])
    assert.equal(
      editStrings(Buffer.from(json), new Set(['params.taskId', 'params.taskIds.*']), () => 'other').toString(),
      json,
    );
});

test('a text in which nothing changes is not copied, however large it is', () => {
  const json = Buffer.from('{"b":"x"}');
  assert.equal(
    editStrings(json, new Set(['a']), () => 'other'),
    json,
  );
  assert.equal(
    editStrings(json, new Set(['b']), () => undefined),
    json,
  );
});
