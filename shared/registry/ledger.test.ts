import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Change, Ledger } from './ledger.ts';
import type { SessionId } from './session-id.ts';
import { sessionOn } from './test-contract.ts';

const ledgerOf = () => new Ledger({ maxDeletes: 2, touchEveryMs: 1000 });
const takeAll = (ledger: Ledger): Change[] => {
  const changes: Change[] = [];
  for (let change = ledger.take(); change; change = ledger.take()) changes.push(change);
  return changes;
};
const kinds = (changes: readonly Change[]) => changes.map(({ kind }) => kind);

test('a session that closed before it was sent to the store needs no command', () => {
  const ledger = ledgerOf();
  const session = sessionOn('n1');
  ledger.open(session);
  assert.equal(ledger.close(session.id), false);
  assert.deepEqual(takeAll(ledger), []);
});

test('a delete waits for a pending write, and follows it even if that fails', () => {
  for (const outcome of ['done', 'undone'] as const) {
    const ledger = ledgerOf();
    const session = sessionOn('n1');
    ledger.open(session);
    const put = ledger.take() as Change;
    assert.equal(ledger.close(session.id), true);
    assert.equal(ledger.take(), undefined);
    ledger[outcome](put, 0);
    assert.deepEqual(takeAll(ledger), [{ kind: 'delete', id: session.id }]);
  }
});

test('failed changes are retried, deletes first', () => {
  const ledger = ledgerOf();
  ledger.open(sessionOn('n1'));
  ledger.close(sessionOn('n2').id);
  const first = takeAll(ledger);
  for (const change of first) ledger.undone(change);
  assert.deepEqual(kinds(first), ['delete', 'put']);
  assert.deepEqual(takeAll(ledger), first);
});

test('above the limit pending deletes are dropped, the oldest first, and counted', () => {
  const ledger = ledgerOf();
  const ids = [sessionOn('n2').id, sessionOn('n2').id, sessionOn('n2').id];
  for (const id of ids) ledger.close(id);
  assert.deepEqual(
    takeAll(ledger).map(({ id }) => id),
    ids.slice(1),
  );
  assert.equal(ledger.counts().dropped, 1);
});

test('a record is renewed by use after an interval, never earlier and never without use', () => {
  const ledger = ledgerOf();
  const session = sessionOn('n1');
  ledger.open(session);
  ledger.done(ledger.take() as Change, 5000);
  ledger.touch(session.id, 5999);
  ledger.touch(sessionOn('n1').id, 9999);
  assert.deepEqual(takeAll(ledger), []);
  ledger.touch(session.id, 6000);
  assert.deepEqual(kinds(takeAll(ledger)), ['put']);
});

test('in the end the store always has exactly the live sessions', () => {
  const sessions = Array.from({ length: 4 }, () => sessionOn('n1'));
  const steps = fc.array(
    fc.tuple(fc.constantFrom('open', 'close', 'rewrite', 'take', 'done', 'lost', 'undone'), fc.nat(3)),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const ledger = new Ledger({ maxDeletes: 100, touchEveryMs: 1 });
      const [store, live] = [new Set<SessionId>(), new Set<SessionId>()];
      let taken: Change[] = [];
      const apply = ({ kind, id }: Change) => (kind === 'put' ? store.add(id) : store.delete(id));
      for (const [step, at] of all) {
        const session = sessions[at] as (typeof sessions)[number];
        if (step === 'open') ledger.open(session);
        if (step === 'open') live.add(session.id);
        if (step === 'close') ledger.close(session.id);
        if (step === 'close') live.delete(session.id);
        if (step === 'rewrite') ledger.rewrite();
        if (step === 'take') taken.push(...[ledger.take()].filter((change) => change !== undefined));
        const [first] = taken;
        if (!first || !['done', 'lost', 'undone'].includes(step)) continue;
        taken = taken.slice(1);
        // `lost`: the change was made, but the answer was lost.
        if (step !== 'undone') apply(first);
        if (step === 'done') ledger.done(first, 0);
        else ledger.undone(first);
      }
      for (const change of taken) ledger.undone(change);
      for (let change = ledger.take(); change; change = ledger.take()) {
        apply(change);
        ledger.done(change, 0);
      }
      assert.deepEqual([...store].sort(), [...live].sort());
      assert.equal(ledger.counts().pending, 0);
    }),
    {
      numRuns: 500,
      examples: [
        [
          [
            ['open', 0],
            ['take', 0],
            ['open', 0],
            ['close', 0],
            ['done', 0],
          ],
        ],
      ],
    },
  );
});
