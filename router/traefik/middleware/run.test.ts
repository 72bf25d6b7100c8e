import assert from 'node:assert/strict';
import test from 'node:test';
import type { Middleware, Reply } from '../../core/middleware.ts';
import { inFlightReq } from './in-flight-req.ts';
import { runFinish, runRequest } from './run.ts';
import { exampleExchange, HERE, working } from './test-exchange.ts';

const NAMED = { name: 'one@file', at: HERE } as const;

/** Waits for an external decision, as forwardAuth does; `sayYes` gives it. */
const asking = (): { readonly middleware: Middleware; readonly sayYes: () => void } => {
  let sayYes = (): void => {};
  const answer = new Promise<undefined>((resolve) => {
    sayYes = () => resolve(undefined);
  });
  return { middleware: { ...NAMED, kind: 'forwardAuth', request: () => answer }, sayYes };
};

test('a client that leaves just as forwardAuth lets it through takes no slot in inFlightReq', async () => {
  const { middleware, sayYes } = asking();
  const one = working(inFlightReq({ ...NAMED, kind: 'inFlightReq', amount: 1, sourceCriterion: undefined }));
  const list = [middleware, one];
  const left = exampleExchange();
  const outcome = runRequest(list, left);
  sayYes();
  runFinish(list, left);
  assert.equal(await outcome, undefined);
  assert.equal(runRequest([one], exampleExchange()), undefined);
});

test('each middleware that ran finishes once, in reverse order, even if another throws', () => {
  const finished: string[] = [];
  const finishing = (name: string, fails = false): Middleware => ({
    ...NAMED,
    kind: 'headers',
    finish: () => {
      finished.push(name);
      if (fails) throw new Error(name);
    },
  });
  const refusing: Middleware = { ...NAMED, kind: 'ipAllowList', request: () => ({ status: 403 }) as Reply };
  const list = [finishing('first'), finishing('second', true), refusing, finishing('fourth')];
  const exchange = exampleExchange();
  runRequest(list, exchange);
  assert.throws(() => runFinish(list, exchange), /second/);
  runFinish(list, exchange);
  assert.deepEqual(finished, ['second', 'first']);
});
