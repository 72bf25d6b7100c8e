import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import test, { type TestContext } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { silentLog } from '../../shared/log.ts';
import { Certificates } from './certificates.ts';
import { EntryPoint, type EntryPointDeps } from './entry-point.ts';

/** Longer than any test may take: a stop that waits this long fails. */
const GRACE = 60_000;
const HEAD = 'HTTP/1.1\r\nHost: l\r\n';

const config = {
  name: 'web',
  at: { file: '', line: 0, column: 0 },
  host: '127.0.0.1',
  port: 0,
  asDefault: true,
  forwardedHeaders: { insecure: false, trustedIPs: [] },
  requestAcceptGraceTimeout: 0,
  graceTimeOut: GRACE,
  readTimeout: 60_000,
  writeTimeout: 0,
  idleTimeout: 180_000,
  maxHeaderBytes: 1 << 20,
  tls: true,
  middlewares: [],
  redirection: undefined,
  maxConcurrentStreams: 250,
};

/** An entry point that answers `ok` to every request, and its number of connections. */
const open = async (t: TestContext, onRequest: EntryPointDeps['onRequest'] = ({ res }) => void res.end('ok')) => {
  const changed = new EventEmitter();
  const errors: string[] = [];
  let held = 0;
  const certificates = new Certificates(silentLog());
  const entryPoint = new EntryPoint(config, {
    onRequest,
    tlsServer: (limits) => certificates.server(limits),
    connections: { opened: () => changed.emit('change', ++held), closed: () => changed.emit('change', --held) },
    onError: (error) => errors.push(error.message),
  });
  t.after(() => entryPoint.kill());
  const { port } = await entryPoint.listen();
  const until = async (count: number): Promise<void> => {
    while (held !== count) await once(changed, 'change');
  };
  return { entryPoint, port, errors, until };
};

/** TLS over a separate socket, which the test can destroy. */
const secured = async (port: number, protocol: string): Promise<{ raw: net.Socket; secure: TLSSocket }> => {
  const raw = net.connect(port, '127.0.0.1');
  const secure = tls.connect({ socket: raw, rejectUnauthorized: false, ALPNProtocols: [protocol] });
  secure.on('error', () => {});
  await once(secure, 'secureConnect');
  return { raw, secure };
};

const CLIENTS: Readonly<Record<string, (port: number) => Promise<net.Socket>>> = {
  'in its handshake': async (port) => {
    const raw = net.connect(port, '127.0.0.1');
    raw.write('\x16\x03\x01');
    return raw;
  },
  'after its handshake, HTTP/1.1': async (port) => (await secured(port, 'http/1.1')).raw,
  'after an answer, HTTP/1.1': async (port) => {
    const { raw, secure } = await secured(port, 'http/1.1');
    secure.write(`GET / ${HEAD}\r\n`);
    await once(secure, 'data');
    return raw;
  },
  'in a request, HTTP/1.1': async (port) => {
    const { raw, secure } = await secured(port, 'http/1.1');
    secure.write(`GET / ${HEAD}`);
    return raw;
  },
  'after its handshake, HTTP/2': async (port) => (await secured(port, 'h2')).raw,
  'after an answer, HTTP/2': async (port) => {
    const { raw, secure } = await secured(port, 'h2');
    const session = http2.connect('https://l', { createConnection: () => secure }).on('error', () => {});
    await once(session.request({ ':path': '/' }).resume(), 'close');
    return raw;
  },
};

for (const [when, client] of Object.entries(CLIENTS)) {
  for (const how of ['destroy', 'resetAndDestroy'] as const)
    test(`a TLS client that disconnects frees its connection (${how}): ${when}`, { timeout: 120_000 }, async (t) => {
      const { port, until } = await open(t);
      const raw = await client(port);
      await until(1);
      raw[how]();
      await until(0);
    });

  if (when.includes('answer'))
    test(`stopping waits for no idle TLS client: ${when}`, { timeout: 120_000 }, async (t) => {
      const { entryPoint, port } = await open(t);
      const raw = await client(port);
      await entryPoint.stop();
      raw.destroy();
    });
}

test('an exception while serving a request closes its connection, and no other', { timeout: 120_000 }, async (t) => {
  const { port, errors, until } = await open(t, ({ req, res }) => {
    if (req.url === '/bad') throw new Error('bad');
    res.end('ok');
  });
  for (const more of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n', 'Expect: 100-continue\r\n']) {
    const socket = net.connect(port, '127.0.0.1');
    socket.write(`GET /good ${HEAD}\r\nGET /bad ${HEAD}${more}\r\n`);
    const [said] = (await once(socket.resume(), 'data')) as [Buffer];
    assert.match(String(said), /^HTTP\/1\.1 200/);
    await until(0);
  }
  assert.deepEqual(errors, ['bad', 'bad', 'bad']);
});

test('over HTTP/2 an exception closes its stream, and no other', { timeout: 120_000 }, async (t) => {
  const { port, errors } = await open(t, ({ req, res }) => {
    if (req.url === '/bad') throw new Error('bad');
    res.end('ok');
  });
  const { secure } = await secured(port, 'h2');
  const session = http2.connect('https://l', { createConnection: () => secure });
  const [error] = (await once(session.request({ ':path': '/bad' }), 'error')) as [Error];
  assert.match(error.message, /INTERNAL_ERROR/);
  await once(session.request({ ':path': '/good' }), 'response');
  session.destroy();
  assert.deepEqual(errors, ['bad']);
});
