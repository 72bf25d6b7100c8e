import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { newSessionId, ownerOf, parseNodeId, parseSessionId } from './session-id.ts';

const UUID = '3b241101-e2bb-4255-8caf-4136c566a962';
const n1 = parseNodeId('n1') as NonNullable<ReturnType<typeof parseNodeId>>;

test('an id names its node', () => {
  for (const node of ['n1', 'eu-west_2', '0', 'a'.repeat(64)]) {
    const id = parseSessionId(`${node}.${UUID}`);
    assert(id);
    assert.equal(ownerOf(id), node);
  }
});

for (const [what, text] of [
  ['nothing', ''],
  ['a bare uuid', UUID],
  ['no node', `.${UUID}`],
  ['a pattern', '*'],
  ['a pattern for a node', `n*.${UUID}`],
  ['a colon', `a:b.${UUID}`],
  ['a line end behind', `n1.${UUID}\n`],
  ['a line end within', `n1\r\nDEL x.${UUID}`],
  ['a space', ` n1.${UUID}`],
  ['a NUL', `n1\0.${UUID}`],
  ['another alphabet', `ñ1.${UUID}`],
  ['a path', `../n1.${UUID}`],
  ['a name that is too long', `${'a'.repeat(65)}.${UUID}`],
  ['10 KB', 'n'.repeat(10_240)],
  ['a property of objects', '__proto__'],
] as const)
  test(`no session id: ${what}`, () => assert.equal(parseSessionId(text), null));

for (const [what, text] of [
  ['a UUID in capitals', `n1.${UUID.toUpperCase()}`],
  ['a second dot', `n1.b.${UUID}`],
  ['one character', 'n1.7'],
] as const)
  test(`a session id, because other servers choose their own: ${what}`, () => {
    const id = parseSessionId(text);
    assert.equal(id && ownerOf(id), 'n1');
  });

test('100,000 new ids are unique, and valid in MCP', () => {
  const ids = new Set(Array.from({ length: 100_000 }, () => newSessionId(n1, randomUUID())));
  assert.equal(ids.size, 100_000);
  for (const id of ids) assert.match(id, /^[\x21-\x7E]{1,128}$/);
});

test('a new id needs a real UUID', () => {
  assert.throws(() => newSessionId(n1, 'guess-me'), TypeError);
});
