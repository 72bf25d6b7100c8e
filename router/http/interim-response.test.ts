import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import http2, { type Http2ServerResponse } from 'node:http2';
import net, { type AddressInfo, type Server } from 'node:net';
import test, { type TestContext } from 'node:test';
import { HeaderList } from '../core/request/header-list.ts';
import { MAX_BUFFERED, sendInterim } from './interim-response.ts';

const HINT = 1_000;
const link = (n: number): HeaderList => new HeaderList(['link', `<${String(n).padStart(HINT, '/')}>`]);

const start = async (t: TestContext, of: 'http' | 'http2', answer: (res: ServerResponse) => void): Promise<number> => {
  const handle = (_req: unknown, res: unknown): void => answer(res as ServerResponse);
  const server = of === 'http' ? http.createServer(handle) : http2.createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return ((server as Server).address() as AddressInfo).port;
};

/** Ten times what the system buffers for a client that does not read. */
const flood = (res: ServerResponse, waiting: () => number): number => {
  let most = 0;
  for (let n = 0; n < 60_000; n++) {
    sendInterim(res, 103, link(n));
    if (n % 100 === 0) most = Math.max(most, waiting());
  }
  return most;
};

test('HTTP/1.1: only a few hints are queued for a client that does not read', async (t) => {
  let most = Number.NaN;
  const port = await start(t, 'http', (res) => {
    most = flood(res, () => res.socket!.writableLength);
    res.end('ok');
  });
  const socket = net.connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n');
  let received = '';
  for await (const part of socket.setEncoding('latin1')) received += part;
  assert.ok(most < MAX_BUFFERED + 2 * HINT, `${most} bytes waited`);
  assert.match(received, /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/+0>\r\n\r\nHTTP\/1\.1 103/);
  assert.match(received, /\r\n\r\nHTTP\/1\.1 200 OK\r\n(?:.*\r\n)*\r\nok$/);
});

test('HTTP/2: only a few hints are queued for a client that does not read', async (t) => {
  let most = Number.NaN;
  let kept = Number.NaN;
  const port = await start(t, 'http2', (res) => {
    const { stream } = res as unknown as Http2ServerResponse;
    most = flood(res, () => stream.session?.state.outboundQueueSize ?? Number.NaN);
    kept = stream.sentInfoHeaders?.length ?? 0;
    res.end('ok');
  });
  const session = http2.connect(`http://127.0.0.1:${port}`);
  t.after(() => session.destroy());
  const stream = session.request({ ':path': '/' }).setEncoding('utf8');
  const links: unknown[] = [];
  stream.on('headers', (headers) => links.push(headers.link));
  assert.deepEqual(await once(stream, 'data'), ['ok']);
  assert.ok(most < MAX_BUFFERED / HINT + 4, `${most} frames waited`);
  assert.equal(kept, 0);
  assert.match(String(links[0]), /^<\/+0>$/);
});

test('an HTTP/2 hint keeps repeated headers, and drops those that HTTP/2 forbids', async (t) => {
  const port = await start(t, 'http2', (res) => {
    sendInterim(res, 103, new HeaderList(['link', '</a>', 'link', '</b>']));
    sendInterim(res, 103, new HeaderList(['content-type', 'a/b', 'content-type', 'c/d']));
    sendInterim(res, 101, new HeaderList());
    res.end('ok');
  });
  const session = http2.connect(`http://127.0.0.1:${port}`);
  t.after(() => session.destroy());
  const stream = session.request({ ':path': '/' }).setEncoding('utf8');
  const hints: unknown[] = [];
  stream.on('headers', (headers) => hints.push([headers[':status'], headers.link]));
  await once(stream, 'data');
  assert.deepEqual(hints, [[103, '</a>, </b>']]);
});
