import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo, type Server } from 'node:net';
import test, { type TestContext } from 'node:test';
import { whenEnded } from './ending.ts';

/** More than the system buffers for a connection. */
const LARGE = Buffer.alloc(50_000_000);

type Answered = EventEmitter<{ began: [ServerResponse]; ended: [boolean] }>;

/** A server of either protocol that reports how its answers end: its port, and the reports. */
const start = async (t: TestContext, of: 'http' | 'http2', answer: (res: ServerResponse) => void) => {
  const told: Answered = new EventEmitter();
  const handle = (req: unknown, res: unknown): void => {
    whenEnded(req as IncomingMessage, res as ServerResponse, (whole) => told.emit('ended', whole));
    answer(res as ServerResponse);
    told.emit('began', res as ServerResponse);
  };
  const server = of === 'http' ? http.createServer(handle) : http2.createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server as Server).address() as AddressInfo, told };
};

const connect = async (t: TestContext, { port }: AddressInfo, text: string): Promise<net.Socket> => {
  const socket = net.connect(port, '127.0.0.1').on('error', () => {});
  t.after(() => socket.destroy());
  socket.write(text);
  return socket;
};

const request = (t: TestContext, { port }: AddressInfo, headers: http2.OutgoingHttpHeaders, endStream = true) => {
  const session = http2.connect(`http://127.0.0.1:${port}`).on('error', () => {});
  t.after(() => session.destroy());
  return session.request(headers, { endStream }).on('error', () => {});
};

const GET = 'GET / HTTP/1.1\r\nHost: l\r\n\r\n';

for (const [what, text] of [
  ['', GET],
  [', the last of its connection', GET.replace('Host', 'Connection: close\r\nHost')],
] as const)
  test(`HTTP/1.1: an answer that was sent is complete${what}`, async (t) => {
    const { port, told } = await start(t, 'http', (res) => res.end('all'));
    const ended = once(told, 'ended');
    await connect(t, port, text);
    assert.deepEqual(await ended, [true]);
  });

test('HTTP/1.1: an answer is incomplete if its client disconnects before the end', async (t) => {
  const { port, told } = await start(t, 'http', (res) => res.end(LARGE));
  const [began, ended] = [once(told, 'began'), once(told, 'ended')];
  const socket = await connect(t, port, GET);
  await began;
  socket.destroy();
  assert.deepEqual(await ended, [false]);
});

test('HTTP/1.1: a client that half-closes counts as gone, even if it reads nothing and its connection stays', async (t) => {
  const { port, told } = await start(t, 'http', (res) => void res.write(LARGE));
  const [began, ended] = [once(told, 'began'), once(told, 'ended')];
  const socket = await connect(t, port, GET);
  await began;
  socket.end();
  assert.deepEqual(await ended, [false]);
});

test('HTTP/1.1: a queued answer ends with its connection', async (t) => {
  const { port, told } = await start(t, 'http', () => {});
  const both: boolean[] = [];
  const ended = new Promise<void>((resolve) => {
    told.on('ended', (whole) => both.push(whole) === 2 && resolve());
  });
  let began = 0;
  const socket = await connect(t, port, GET + GET);
  told.on('began', () => ++began === 2 && socket.destroy());
  await ended;
  assert.deepEqual(both, [false, false]);
});

test('HTTP/2: an answer that was sent is complete', async (t) => {
  const { port, told } = await start(t, 'http2', (res) => res.end('all'));
  const ended = once(told, 'ended');
  request(t, port, { ':path': '/' }).resume();
  assert.deepEqual(await ended, [true]);
});

for (const method of ['GET', 'HEAD'])
  test(`HTTP/2: an answer to ${method} that never arrived is incomplete`, async (t) => {
    const { port, told } = await start(t, 'http2', () => {});
    const [began, ended] = [once(told, 'began'), once(told, 'ended')];
    const stream = request(t, port, { ':path': '/', ':method': method });
    await began;
    stream.close(http2.constants.NGHTTP2_CANCEL);
    assert.deepEqual(await ended, [false]);
  });

test('HTTP/2: an answer is incomplete if its client disconnects before the end', async (t) => {
  const { port, told } = await start(t, 'http2', (res) => res.end(LARGE));
  const ended = once(told, 'ended');
  const stream = request(t, port, { ':path': '/' });
  await once(stream, 'response');
  stream.close(http2.constants.NGHTTP2_CANCEL);
  assert.deepEqual(await ended, [false]);
});

test('HTTP/2: an answer can be complete before its request', async (t) => {
  const { port, told } = await start(t, 'http2', (res) => {
    res.req.on('data', () => res.end('enough'));
  });
  const ended = once(told, 'ended');
  const stream = request(t, port, { ':path': '/', ':method': 'POST' }, false).setEncoding('utf8');
  stream.write('half');
  assert.deepEqual(await once(stream, 'data'), ['enough']);
  assert.deepEqual(await ended, [true]);
});
