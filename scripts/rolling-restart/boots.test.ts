import assert from 'node:assert/strict';
import test from 'node:test';
import { type Boots, isBack } from './boots.ts';

const seen = (health: string | undefined, registry?: string): Boots => ({
  health: health === undefined ? { kind: 'down' } : { kind: 'up', boot: health === 'unnamed' ? undefined : health },
  registry,
});

for (const { when, before, now, back } of [
  { when: 'both name a new process', before: seen('a', 'a'), now: seen('b', 'b'), back: true },
  { when: 'both name the one from before', before: seen('a', 'a'), now: seen('a', 'a'), back: false },
  { when: 'the registry heard of the one from before only now', before: seen('a'), now: seen('a', 'a'), back: false },
  { when: 'only the registry names a new one', before: seen('a', 'a'), now: seen(undefined, 'b'), back: true },
  { when: 'it does not answer', before: seen('a', 'a'), now: seen(undefined, 'a'), back: false },
  { when: 'it was down, and answers', before: seen(undefined), now: seen('b'), back: true },
  { when: 'it names no process, and answers', before: seen('unnamed'), now: seen('unnamed'), back: true },
])
  test(`${back ? 'back' : 'not back'}: ${when}`, () => assert.equal(isBack(before, now), back));

test('a node is back when the server behind it has restarted, even if the node is the same process', () => {
  const up = (serverStarts?: number): Boots => ({ health: { kind: 'up', boot: 'a', serverStarts }, registry: 'a' });
  assert.equal(isBack(up(), up()), false);
  assert.equal(isBack(up(), up(1)), true);
  assert.equal(isBack(up(1), up(1)), false);
});
