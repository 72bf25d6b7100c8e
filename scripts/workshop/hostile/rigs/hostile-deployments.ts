/** Servers that doctor may be pointed at: each does something that no MCP server does. */
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** Writes these bytes to each client, again for each request. */
type Speaks = (write: (text: string | Buffer) => boolean, socket: Socket) => void;
export type Deployment = { readonly name: string; readonly speaks: Speaks };

const ok = (...headers: string[]): string => ['HTTP/1.1 200 OK', ...headers, '', ''].join('\r\n');
const sized = (body: string | Buffer, ...headers: string[]): Buffer =>
  Buffer.concat([Buffer.from(ok(`Content-Length: ${Buffer.byteLength(body)}`, ...headers)), Buffer.from(body)]);
const JSON_TYPE = 'Content-Type: application/json';
const opened = (more: object = {}, ...headers: string[]): Buffer =>
  sized(
    JSON.stringify({
      ...{ jsonrpc: '2.0', id: 1 },
      result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'a', version: '1' }, ...more },
    }),
    ...[JSON_TYPE, ...headers],
  );

/** Until the client stops reading. */
const endlessly = (socket: Socket, piece: string): void => {
  const more = (): void => {
    while (socket.writable && socket.write(piece));
  };
  socket.on('drain', more);
  more();
};
/** One every so often, until the other side closes. */
const dripping = (socket: Socket, piece: string): void => {
  const timer = setInterval(() => socket.writable && socket.write(piece), 200);
  socket.on('close', () => clearInterval(timer));
};

const TEXTS = '\u001b]0;a\u0007\u001b[2J\u009b2J\u202e\u2066\u200b';
/** 100 MB of blanks. */
const BOMB = gzipSync(Buffer.alloc(100 * 1024 * 1024, ' '));

export const DEPLOYMENTS: readonly Deployment[] = [
  ...(
    [
      ['an empty answer', sized('')],
      ['JSON that is cut', sized('{"jsonrpc":', JSON_TYPE)],
      ['JSON of another kind', sized('[[[7]]]', JSON_TYPE)],
      ['JSON of a hundred thousand levels', sized('['.repeat(100_000), JSON_TYPE)],
      ['null', sized('null', JSON_TYPE)],
      ['a page', sized('<script>boom()</script>', 'Content-Type: text/html')],
      ['101', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: Upgrade\r\n\r\n'],
      ['not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
      ['a status that is none', 'HTTP/1.1 999 \x1b[2J\r\nContent-Length: 0\r\n\r\n'],
      ['two lengths', ok('Content-Length: 1', 'Content-Length: 2')],
      ['a redirect to itself', 'HTTP/1.1 307 A\r\nLocation: /mcp\r\nContent-Length: 0\r\n\r\n'],
      ['a redirect elsewhere', 'HTTP/1.1 308 A\r\nLocation: http://127.0.0.9:1/\r\nContent-Length: 0\r\n\r\n'],
      ['a redirect to a file', 'HTTP/1.1 302 A\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n'],
      ['a length of 2^53', ok('Content-Length: 9007199254740993', JSON_TYPE)],
      ['a hundred interim answers', 'HTTP/1.1 103 A\r\n\r\n'.repeat(100) + ok('Content-Length: 0')],
      ['gzip that is none', sized('abc', JSON_TYPE, 'Content-Encoding: gzip')],
      ['gzip that grows to 100 MB', sized(BOMB, JSON_TYPE, 'Content-Encoding: gzip')],
      ['a name that steers terminals', opened({ serverInfo: { name: TEXTS, version: TEXTS } })],
      ['a name of a megabyte', opened({ serverInfo: { name: 'x'.repeat(1_000_000), version: '1' } })],
      ['a name that is none', opened({ serverInfo: { name: { a: 1 }, version: [] } })],
      ['what every object has', opened({ __proto__: null, constructor: 1, toString: 2 })],
      ['an id that steers terminals', opened({}, 'Mcp-Session-Id: a\x1b[2Jb')],
      ['an id of 7,000 characters', opened({}, `Mcp-Session-Id: ${'x'.repeat(7_000)}`)],
      ['two ids', opened({}, 'Mcp-Session-Id: a', 'Mcp-Session-Id: b')],
      ['cookies without end', opened({}, ...Array.from({ length: 300 }, (_, i) => `Set-Cookie: a${i}=b; ;;=;\x7f`))],
      ['a header of 100,000 characters', opened({}, `X-A: ${'x'.repeat(100_000)}`)],
      [
        'events that are none',
        sized(`data: ${'['.repeat(50_000)}\n\nid: \0\n:\n\n`, 'Content-Type: text/event-stream'),
      ],
    ] as const
  ).map(([name, bytes]) => ({ name, speaks: ((write) => write(bytes)) as Speaks })),
  { name: 'nothing, for ever', speaks: () => undefined },
  { name: 'the end', speaks: (_, socket) => socket.end() },
  { name: 'a reset', speaks: (_, socket) => socket.resetAndDestroy() },
  {
    name: 'a head without an end',
    speaks: (_, socket) => endlessly(socket, 'HTTP/1.1 200 OK\r\nX: '.padEnd(65_536, 'x')),
  },
  { name: 'a head that drips', speaks: (_, socket) => dripping(socket, 'HTTP/1.1 200 OK\r\nX-A: a\r\n'.slice(0, 1)) },
  {
    name: 'a body without an end',
    speaks: (write, socket) => {
      write(ok(JSON_TYPE));
      endlessly(socket, ' '.repeat(65_536));
    },
  },
  {
    name: 'events without an end',
    speaks: (write, socket) => {
      write(ok('Content-Type: text/event-stream'));
      endlessly(socket, ': a\n\ndata: {}\n\n'.repeat(1_000));
    },
  },
  {
    name: 'one event without an end',
    speaks: (write, socket) => {
      write(ok('Content-Type: text/event-stream'));
      endlessly(socket, 'data: '.padEnd(65_536, 'x'));
    },
  },
  {
    name: 'a body that drips',
    speaks: (write, socket) => {
      write(ok(JSON_TYPE));
      dripping(socket, ' ');
    },
  },
];

export const startDeployment = async ({ speaks }: Deployment): Promise<{ url: string; close(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', (data) => {
      if (/^[A-Z]+ \S+ HTTP/.test(data.toString('latin1'))) speaks((text) => socket.write(text), socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
};
