import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { relayAnswer } from './relay-answer.ts';
import { piecesOf } from './test-pieces.ts';

/** The chunks in which an answer arrives when its body comes this many turns of the event loop after its head. */
const pieces = async (t: TestContext, { turns, togetherMs }: { turns: number; togetherMs: number }) => {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (let i = 0; i < turns; i++) await setImmediate();
      controller.enqueue(new TextEncoder().encode('words'));
      controller.close();
    },
  });
  return piecesOf(t, (res) => void relayAnswer(new Response(body), res, { togetherMs }));
};

test('an answer that follows soon after its head is sent together with it', async (t) => {
  const [only, ...more] = await pieces(t, { turns: 5, togetherMs: 10_000 });
  assert.match(only ?? '', /^HTTP\/1.1 200 [\s\S]*words[\s\S]*\r\n0\r\n\r\n$/);
  assert.deepEqual(more, []);
});

test('the head does not wait for a slow body', async (t) => {
  const [head] = await pieces(t, { turns: 20_000, togetherMs: 1 });
  assert.match(head ?? '', /^HTTP\/1.1 200 [\s\S]*\r\n\r\n$/);
  assert.doesNotMatch(head ?? '', /words/);
});
