import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test, { type TestContext } from 'node:test';
import { RecordingOrigin } from './recording-origin.ts';

/** Sends the bytes, and waits for this many answers. */
const sent = async (t: TestContext, bytes: string, answers: number): Promise<RecordingOrigin> => {
  const origin = new RecordingOrigin('known');
  const { port } = new URL(await origin.listen());
  t.after(() => origin.close());
  const socket = net.connect({ port: Number(port), host: '127.0.0.1' });
  t.after(() => socket.destroy());
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  socket.write(bytes, 'latin1');
  while (text.split('HTTP/1.1 200').length <= answers) await once(socket, 'data');
  return origin;
};

const request = (first: string, headers: string, body = ''): string =>
  `${first} HTTP/1.1\r\nHost: l\r\nX-Real-Ip: 127.0.0.9\r\n${headers}\r\n${body}`;
const STAMP = 'X-Stamp: known\r\n';

test('it executes and records requests by the client’s address', async (t) => {
  const bytes = request('POST /a', `${STAMP}Content-Length: 2\r\n`, '{}') + request('GET /b', STAMP);
  const origin = await sent(t, bytes, 2);
  assert.deepEqual(
    origin.take('127.0.0.9').map(({ method, target, body }) => [method, target, body]),
    [
      ['POST', '/a', '{}'],
      ['GET', '/b', ''],
    ],
  );
  assert.deepEqual([origin.hidden, origin.unclear], [[], []]);
});

test('a request without the proxy’s stamp was smuggled', async (t) => {
  const hidden = request('GET /hidden', 'X-Stamp: forged\r\n');
  const origin = await sent(t, request('DELETE /a', `${STAMP}Content-Length: 0\r\n`) + hidden, 2);
  assert.deepEqual(origin.hidden, [hidden]);
});

for (const [what, headers, body] of [
  ['a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 0\r\n', ''],
  ['a space before the colon', 'Content-Length : 0\r\n', ''],
  ['a bare line feed', 'X-A: 1\nX-B: 2\r\n', ''],
  ['an extension of a chunk', 'Transfer-Encoding: chunked\r\n', '2;a\r\n{}\r\n0\r\n\r\n'],
] as const)
  test(`${what} is ambiguous`, async (t) => {
    const origin = await sent(t, request('POST /a', STAMP + headers, body), 1);
    assert.equal(origin.unclear.length, 1);
  });
