import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import test, { type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { piecesOf } from '../streams/test-pieces.ts';
import { relay } from './relay.ts';

/** The pieces of an answer; these chunks are sent before the clock moves. */
const pieces = async (t: TestContext, deliver: (body: PassThrough, tick: (ms: number) => void) => Promise<void>) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const body = new PassThrough();
  const answer = (res: ServerResponse): void => {
    relay({ answer: { status: 200, headers: [], body }, res, headers: [], holdHead: true });
    void deliver(body, (ms) => t.mock.timers.tick(ms));
  };
  return piecesOf(t, answer, { method: 'POST', onPiece: () => void body.emit('seen') });
};

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await setImmediate();
};

test('what a server sends soon after its first bytes is sent together with the head', async (t) => {
  const [only, ...more] = await pieces(t, async (body) => {
    body.write('one ');
    await turns(50);
    body.write('two');
    await turns(50);
    body.end();
  });
  assert.match(only ?? '', /^HTTP\/1.1 200 [\s\S]*one [\s\S]*two[\s\S]*\r\n0\r\n\r\n$/);
  assert.deepEqual(more, []);
});

test('the head does not wait for later bytes', async (t) => {
  const [first, ...more] = await pieces(t, async (body, tick) => {
    const seen = once(body, 'seen');
    body.write('one ');
    await turns(50);
    tick(5);
    await seen;
    body.end('two');
  });
  assert.match(first ?? '', /^HTTP\/1.1 200 [\s\S]*one [^0]*$/);
  assert.match(more.join(''), /two[\s\S]*\r\n0\r\n\r\n$/);
});
