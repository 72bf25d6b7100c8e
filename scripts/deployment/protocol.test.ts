/** Every order in which a drain, an undrain, a node, its Redis and its proxies can take their steps. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { keyOf, movesOf, type Rules, startsOf, wrongIn } from './test-protocol.ts';
import { type Search, search } from './test-search.ts';

const MOST = 200_000;

const explore = (rules: Rules): Search =>
  search({ starts: startsOf(rules), moves: movesOf(rules), keyOf, wrong: wrongIn(rules), most: MOST });

const DRAIN: Rules = { proxies: 2, prompt: false, drains: 1, returns: 0, begins: ['active', 'draining'] };
const RETURN: Rules = { proxies: 2, prompt: true, drains: 0, returns: 2, begins: ['out', 'draining'] };
const BOTH: Rules = { proxies: 2, prompt: true, drains: 1, returns: 1, begins: ['active'] };

const GONE = /a session that lives is told that it is gone/;

for (const [what, rules] of [
  ['a drain loses no session, however late proxies are, for ever too', DRAIN],
  ['nor with a third proxy', { ...DRAIN, proxies: 3, begins: ['active'] }],
  ['a return, broken off and begun again, loses none while proxies follow within the settle time', RETURN],
  ['a drain and a return at once lose none while proxies follow within the settle time', BOTH],
  [
    'a drain does not say 0 of a session while a return comes between, however late proxies are',
    { ...BOTH, proxies: 1, prompt: false },
  ],
] as const satisfies readonly (readonly [string, Rules])[])
  test(what, (t) => {
    const { states, steps, found } = explore(rules);
    t.diagnostic(`${states} states, ${steps} steps between them`);
    assert.deepEqual(found, undefined);
  });

/** Why each part of the protocol is needed: without it a session can be lost, in this way. */
for (const [what, rules, found, last] of [
  [
    'a node that goes on taking sessions after its word',
    { ...DRAIN, without: 'mark' },
    /has said that it is drained/,
    /brings a new session/,
  ],
  ['a settle time that is too short', { ...RETURN, returns: 1, without: 'settle' }, GONE, /the session is open/],
  ['the pool before the routes', { ...RETURN, returns: 1, without: 'routes first' }, GONE, /the session is open/],
  ['an end of a drain that does not look at the file again', { ...BOTH, without: 'compare' }, GONE, /./],
  [
    'a proxy that is later than the settle time, when a node returns',
    { ...RETURN, prompt: false, strict: true, returns: 1, begins: ['out'] },
    GONE,
    /the session is open/,
  ],
] as const satisfies readonly (readonly [string, Rules, RegExp, RegExp])[])
  test(`what loses a session: ${what}`, (t) => {
    const { states, found: way } = explore(rules);
    t.diagnostic(`found after ${states} states: ${way?.way.join('; ')}`);
    assert.match(way?.what ?? 'nothing', found);
    assert.match(way?.way.at(-1) ?? '', last);
  });
