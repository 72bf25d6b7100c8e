import assert from 'node:assert/strict';
import test from 'node:test';
import { findScenario, listScenarios } from './find-scenario.ts';
import { readScenario } from './read-scenario.ts';

const SMALL = 'about: x\nfleet: [{clients: 1}]\n';

const told = (text: string): string[] =>
  readScenario(text, 's.yaml').problems.map(
    ({ place, path, message, remedy }) => `${place.line}:${place.column} ${path}: ${message}; ${remedy}`,
  );

test('a small scenario has a default for everything else', () => {
  const { scenario } = readScenario(SMALL, 's.yaml');
  assert.deepEqual([scenario?.nodes, scenario?.affinity, scenario?.fleet[0]?.reopen], [3, 'both', 'back-off']);
});

for (const { when, text, says } of [
  {
    when: 'it is empty',
    text: '',
    says: [/^1:1 about: about is missing/, /^1:1 fleet: fleet is missing; write a list/],
  },
  {
    when: 'a key is misspelt',
    text: `${SMALL}expekt: {}`,
    says: [/^3:1 expekt: a scenario has no expekt here; did you mean expect\?/],
  },
  {
    when: 'a figure is unknown',
    text: `${SMALL}expect: {lots: 0}`,
    says: [/^3:10 expect\.lots: a scenario has no lots here; did you mean lost\?/],
  },
  {
    when: 'an action is unknown',
    text: `${SMALL}timeline: [{do: explode n2}]`,
    says: [/^3:13 timeline\[0\]\.do: "explode n2" is not valid; write one of kill, /],
  },
  {
    when: 'an action has no node',
    text: `${SMALL}timeline: [{do: kill}]`,
    says: [/"kill" is not valid; write one of/],
  },
  {
    when: 'a node does not exist',
    text: `${SMALL}timeline:\n  - do: kill n4`,
    says: [/^4:5 timeline\[0\]\.do: there is no node n4; the nodes are n1, n2, n3/],
  },
  {
    when: 'time runs backwards',
    text: `${SMALL}timeline: [{at: 2, do: kill n1}, {at: 1, do: start n1}]`,
    says: [/^3:\d+ timeline\[1\]\.at: 1 is before the step above, at 2/],
  },
  { when: 'there are no clients', text: 'about: x\nfleet: []', says: [/^2:1 fleet: fleet is empty/] },
  {
    when: 'a number is too small',
    text: 'about: x\nfleet: [{clients: 0}]',
    says: [/^2:10 fleet\[0\]\.clients: 0 is not valid/],
  },
  {
    when: 'a kind of reopening is unknown',
    text: 'about: x\nfleet: [{clients: 1, reopen: backoff}]',
    says: [/reopen: "backoff" is not one of never, at-once, back-off; did you mean back-off\?/],
  },
])
  test(`a scenario is refused with its position and a remedy when ${when}`, () => {
    const seen = told(text);
    assert.equal(seen.length, says.length, seen.join('\n'));
    for (const [i, pattern] of says.entries()) assert.match(seen[i] ?? '', pattern);
  });

test('every included scenario can be read, and has a description', async () => {
  for (const { name, about } of await listScenarios()) {
    const { file, text } = await findScenario(name);
    assert.deepEqual(readScenario(text, file).problems, [], name);
    assert.notEqual(about, '');
  }
});

test('the error for a misspelt name suggests the right one', async () => {
  await assert.rejects(findScenario('deplooy'), /did you mean deploy\?/);
});
