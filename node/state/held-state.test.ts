import assert from 'node:assert/strict';
import test from 'node:test';
import { silentLog } from '../../shared/log.ts';
import { createMemoryStore, MemoryRegistry } from '../../shared/registry/memory.ts';
import { nodeName } from '../test-bench.ts';
import { HeldState } from './held-state.ts';

const NODE = nodeName('n1');
const OWNER = {};

test('new tasks replace finished ones, the oldest first, and never running ones', async () => {
  const self = { node: NODE, boot: 'b', url: 'http://127.0.0.1:1' };
  const state = new HeldState({
    node: NODE,
    registry: new MemoryRegistry(createMemoryStore(Date.now), self),
    askOwner: async () => 'silent',
    isLeaving: () => false,
    countCall: () => undefined,
    onMiss: () => undefined,
    log: silentLog(),
    now: () => 0,
    wallClock: () => 0,
  });
  const caller = { request: new Request('http://l/'), principal: undefined };
  const times = { idleMs: 1, ttlMs: 1 };
  const begin = () =>
    state.open({ kind: 'task', owner: OWNER, bind: undefined, client: 'c', caller, ...times, make: () => ({}) });
  const [goesOn, first, second] = [await begin(), await begin(), await begin()];
  for (const ended of [first, second]) await state.finish(ended);
  const there = () => [goesOn, first, second].map(({ id }) => state.find(id, OWNER, caller) !== undefined);
  assert.deepEqual([await state.makeRoom(OWNER), there(), state.count(OWNER)], [true, [true, false, true], 2]);
  assert.deepEqual([await state.makeRoom(OWNER), await state.makeRoom(OWNER)], [true, false]);
  assert.deepEqual([there(), first.ended.signal.aborted], [[true, false, false], true]);
});
