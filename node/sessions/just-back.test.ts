import assert from 'node:assert/strict';
import test from 'node:test';
import { BACK_MS, watchStandstill } from './just-back.ts';

test('after a standstill a process reports it for a while, from its first answer on', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  const { justBack, stop } = watchStandstill(() => now);
  t.after(stop);
  const pass = (ms: number): void => {
    for (const end = now + ms; now < end; ) {
      now += 250;
      t.mock.timers.tick(250);
    }
  };
  pass(3000);
  assert.equal(justBack(), false);
  now += 1000; // No timer ran.
  assert.equal(justBack(), true);
  pass(BACK_MS - 250);
  assert.equal(justBack(), true);
  pass(250);
  assert.equal(justBack(), false);
});

test('a server that was silent counts like a process that stood still', (t) => {
  let now = 0;
  const { justBack, stoodStill, stop } = watchStandstill(() => now);
  t.after(stop);
  stoodStill();
  now = 900;
  assert.equal(justBack(), true);
});
