import assert from 'node:assert/strict';
import test from 'node:test';
import type { RunEvent } from './event.ts';
import { Progress } from './progress.ts';

test('progress is one line, even before the first session', () => {
  const progress = new Progress();
  assert.equal(progress.line(), '0 sessions  calls 0 ok, 0 failed  lost 0');
  progress.add({ kind: 'opened', node: 'n2' } as RunEvent);
  assert.equal(progress.line(), '1 session (n2 1)  calls 0 ok, 0 failed  lost 0');
});
