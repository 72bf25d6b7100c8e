import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { generate } from 'selfsigned';
import { exampleCheck } from '../../core/service/test-examples.ts';
import { type ProbeTask, probe } from './probe.ts';
import { type ProbeRequest, probeRequest } from './probe-request.ts';

const LISTENING = { port: 0, host: '127.0.0.1' };
const never = new AbortController().signal;

const listen = async (t: TestContext, server: http.Server | https.Server | net.Server): Promise<string> => {
  server.listen(LISTENING);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const taskFor = (url: string, more: Partial<ProbeTask> & { method?: string } = {}): ProbeTask => ({
  request: probeRequest(url, exampleCheck({ path: '', method: more.method ?? '' })) as ProbeRequest,
  status: 0,
  timeout: 5_000,
  followRedirects: true,
  tls: { rejectUnauthorized: true },
  ...more,
});

const serve = async (t: TestContext, answer: RequestListener): Promise<string> =>
  `http://${await listen(t, http.createServer(answer))}/hc`;

const answering =
  (status: number, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, res: ServerResponse): void =>
    void res.writeHead(status, headers).end();

// Each verdict was seen on Traefik for the same server.
const VERDICTS: readonly { answer: RequestListener; wanted?: number; follow?: boolean; reason?: string }[] = [
  { answer: answering(200) },
  { answer: answering(204) },
  { answer: answering(304) },
  { answer: answering(302) },
  { answer: answering(301, { location: '/x' }), follow: false },
  { answer: answering(400), reason: 'received error status code: 400' },
  { answer: answering(500), reason: 'received error status code: 500' },
  { answer: answering(200), wanted: 204, reason: 'received error status code: 200 expected status code: 204' },
  { answer: answering(500), wanted: 500 },
  {
    answer: answering(301, { location: '/x' }),
    follow: false,
    wanted: 200,
    reason: 'received error status code: 301 expected status code: 200',
  },
  {
    answer: (_, res) => {
      res.writeProcessing();
      res.writeHead(200).end();
    },
  },
  {
    answer: (req, res) => void (req.url === '/hc' ? answering(302, { location: '/sick' }) : answering(503))(req, res),
    reason: 'received error status code: 503',
  },
];

for (const [i, { answer, wanted = 0, follow = true, reason }] of VERDICTS.entries()) {
  test(`verdict ${i + 1}: ${reason ?? 'up'}`, async (t) => {
    const task = taskFor(await serve(t, answer), { status: wanted, followRedirects: follow });
    assert.deepEqual(await probe(task, never), reason === undefined ? { up: true } : { up: false, reason });
  });
}

test('endless redirects are followed ten times', async (t) => {
  let asked = 0;
  const url = await serve(t, (req, res) => {
    asked++;
    answering(302, { location: '/hc' })(req, res);
  });
  const health = await probe(taskFor(url), never);
  assert.deepEqual(
    [asked, health],
    [10, { up: false, reason: `HTTP request failed: Get "${url}": stopped after 10 redirects` }],
  );
});

test('an endless body is not waited for, and the connection closes after the head', async (t) => {
  let ended: Promise<unknown> | undefined;
  const url = await serve(t, (req, res) => {
    ended = once(req.socket, 'close');
    res.writeHead(200).write('x');
  });
  assert.deepEqual(await probe(taskFor(url), never), { up: true });
  await ended;
});

test('a POST has a length of 0, and no body', async (t) => {
  let seen: http.IncomingHttpHeaders | undefined;
  const url = await serve(t, (req, res) => {
    seen = req.headers;
    answering(200)(req, res);
  });
  await probe(taskFor(url, { method: 'POST' }), never);
  assert.equal(seen?.['content-length'], '0');
  assert.equal(seen?.['transfer-encoding'], undefined);
});

test('one deadline covers all redirects', async (t) => {
  // Each answer is quick enough; the second one never arrives.
  const url = await serve(t, (req, res) => {
    if (req.url === '/hc') answering(302, { location: '/slow' })(req, res);
  });
  const health = await probe(taskFor(url, { timeout: 60 }), never);
  assert.deepEqual(health, {
    up: false,
    reason: `HTTP request failed: Get "${url.replace('/hc', '/slow')}": no answer within 60 ms`,
  });
});

const rude = (answer: string): net.Server =>
  net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });

for (const [what, answer] of [
  ['hangs up', ''],
  ['does not speak HTTP', 'hello\r\n\r\n'],
  ['switches protocols unasked', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
] as const) {
  test(`a server that ${what} is down at once`, async (t) => {
    const url = `http://${await listen(t, rude(answer))}/hc`;
    const health = await probe(taskFor(url, { timeout: 60_000 }), never);
    assert.match(health.up ? 'up' : health.reason, /^HTTP request failed: Get "http:.*": (?!no answer)./);
  });
}

test('a refused connection says so', async (t) => {
  const server = net.createServer();
  const address = await listen(t, server);
  server.close();
  await once(server, 'close');
  const health = await probe(taskFor(`http://${address}/x`), never);
  assert.deepEqual(health, {
    up: false,
    reason: `HTTP request failed: Get "http://${address}/x": connect ECONNREFUSED ${address}`,
  });
});

test('an aborted probe ends with its connection', { timeout: 120_000 }, async (t) => {
  const unwanted = new AbortController();
  let ended: Promise<unknown> | undefined;
  const url = await serve(t, (req) => {
    ended = once(req.socket, 'close');
    unwanted.abort();
  });
  assert.equal((await probe(taskFor(url, { timeout: 60_000 }), unwanted.signal)).up, false);
  await ended;
});

test('TLS uses the settings of the transport', async (t) => {
  const pair = await generate([{ name: 'commonName', value: 'node.test' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'node.test' }] }],
  } as Parameters<typeof generate>[1]);
  const url = `https://${await listen(t, https.createServer({ cert: pair.cert, key: pair.private }, answering(200)))}/`;
  const upWith = async (tls: ProbeTask['tls']) => (await probe(taskFor(url, { tls }), never)).up;
  assert.equal(await upWith({ rejectUnauthorized: true }), false);
  assert.equal(await upWith({ rejectUnauthorized: false }), true);
  assert.equal(await upWith({ rejectUnauthorized: true, ca: [pair.cert] }), false);
  assert.equal(await upWith({ rejectUnauthorized: true, ca: [pair.cert], servername: 'node.test' }), true);
});
