/** HTTP/2 attacks by a client: the known floods, and frames in the wrong place. */
import { END_HEADERS, END_STREAM, type Frame, fields, request, TYPE, word } from '../rigs/http2-frames.ts';

export type Flood = {
  readonly name: string;
  /** How many; once one is refused, so may be the rest. */
  readonly times: number;
  readonly send: (turn: number) => readonly Frame[];
  /** Answers are not read. */
  readonly unread?: true;
};

const streamOf = (turn: number): number => 2 * turn + 1;
const open = (turn: number, flags = END_HEADERS | END_STREAM): Frame => ({
  type: TYPE.headers,
  flags,
  stream: streamOf(turn),
  payload: request(),
});
const reset = (turn: number): Frame => ({ type: TYPE.reset, stream: streamOf(turn), payload: word(8) });
const first = (turn: number, ...frames: readonly Frame[]): readonly Frame[] => (turn === 0 ? frames : []);
const LONG = 'v'.repeat(8_000);
const settings = (id: number, value: number): Frame => {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id);
  payload.writeUInt32BE(value, 2);
  return { type: TYPE.settings, payload };
};

export const FLOODS: readonly Flood[] = [
  { name: 'streams opened and reset at once', times: 10_000, send: (turn) => [open(turn), reset(turn)] },
  {
    name: 'streams opened and reset at once, unread',
    times: 10_000,
    send: (turn) => [open(turn), reset(turn)],
    unread: true,
  },
  {
    name: 'streams opened with half a body, and reset',
    times: 10_000,
    send: (turn) => [
      open(turn, END_HEADERS),
      { type: TYPE.data, stream: streamOf(turn), payload: Buffer.from('{') },
      reset(turn),
    ],
  },
  {
    name: 'streams opened and never read',
    times: 5_000,
    send: (turn) => [...first(turn, settings(4, 0)), open(turn)],
    unread: true,
  },
  {
    name: 'an endless head',
    times: 5_000,
    send: (turn) =>
      turn === 0
        ? [{ type: TYPE.headers, stream: 1, flags: END_STREAM, payload: request() }]
        : [{ type: TYPE.continuation, stream: 1, payload: fields([['x-a', LONG]]) }],
  },
  {
    name: 'an endless head of empty frames',
    times: 50_000,
    send: (turn) =>
      turn === 0
        ? [{ type: TYPE.headers, stream: 1, flags: END_STREAM, payload: request() }]
        : [{ type: TYPE.continuation, stream: 1 }],
  },
  { name: 'settings', times: 20_000, send: () => [settings(3, 100)] },
  { name: 'settings, their answers unread', times: 20_000, send: () => [settings(3, 100)], unread: true },
  {
    name: 'settings with 2,000 entries',
    times: 200,
    send: () => [
      {
        type: TYPE.settings,
        payload: Buffer.concat(Array.from({ length: 2_000 }, () => Buffer.from([0, 3, 0, 0, 0, 100]))),
      },
    ],
  },
  { name: 'pings', times: 50_000, send: () => [{ type: TYPE.ping, payload: Buffer.alloc(8) }] },
  {
    name: 'pings, their answers unread',
    times: 50_000,
    send: () => [{ type: TYPE.ping, payload: Buffer.alloc(8) }],
    unread: true,
  },
  {
    name: 'empty data frames',
    times: 20_000,
    send: (turn) => [...first(turn, open(0, END_HEADERS)), { type: TYPE.data, stream: 1 }],
  },
  {
    name: 'priorities',
    times: 20_000,
    send: (turn) => [{ type: TYPE.priority, stream: streamOf(turn), payload: Buffer.alloc(5) }],
  },
  {
    name: 'windows opened byte by byte',
    times: 20_000,
    send: (turn) => [...first(turn, open(0, END_HEADERS)), { type: TYPE.window, stream: 1, payload: word(1) }],
  },
  { name: 'frames of no known type', times: 20_000, send: () => [{ type: 200, payload: Buffer.alloc(100) }] },
  {
    name: 'a head of 4,000 fields of 4 KB, each one byte on the wire',
    times: 200,
    send: (turn) => [
      {
        type: TYPE.headers,
        flags: END_HEADERS | END_STREAM,
        stream: streamOf(turn),
        payload: Buffer.concat([
          request(),
          Buffer.from([0x40, 1, 0x78, 0x7f, 0xa1, 0x1e]),
          Buffer.alloc(4_000, 'v'),
          Buffer.alloc(4_000, 0xbe),
        ]),
      },
    ],
  },
];

/** One or two frames in the wrong place. */
export const ODDITIES: readonly Flood[] = [
  ['data on stream 0', { type: TYPE.data, payload: Buffer.from('x') }],
  ['data on a stream that was never opened', { type: TYPE.data, stream: 9, payload: Buffer.from('x') }],
  ['a reset of a stream that was never opened', { type: TYPE.reset, stream: 9, payload: word(8) }],
  ['a head on an even stream', { type: TYPE.headers, flags: 5, stream: 2, payload: request() }],
  [
    'a window past its limit',
    { type: TYPE.window, payload: word(0x7fffffff) },
    { type: TYPE.window, payload: word(0x7fffffff) },
  ],
  ['a window opened by nothing', { type: TYPE.window, payload: word(0) }],
  [
    'a head behind a farewell',
    { type: TYPE.goaway, payload: Buffer.alloc(8) },
    { type: TYPE.headers, flags: 5, stream: 1, payload: request() },
  ],
  ['a promise by a client', { type: TYPE.push, flags: 4, stream: 1, payload: Buffer.concat([word(2), request()]) }],
  ['settings of a length that is none', { type: TYPE.settings, payload: Buffer.alloc(5) }],
  ['a frame of 1 MB', { type: TYPE.data, stream: 1, payload: Buffer.alloc(1_000_000) }],
  [
    'a stream that depends on itself',
    { type: TYPE.priority, stream: 1, payload: Buffer.concat([word(1), Buffer.from([0])]) },
  ],
  ['a head that is no head', { type: TYPE.headers, flags: 5, stream: 1, payload: Buffer.alloc(100, 0xff) }],
  [
    'another stream inside a head',
    { type: TYPE.headers, flags: 1, stream: 1, payload: request() },
    { type: TYPE.headers, flags: 5, stream: 3, payload: request() },
  ],
].map(([name, ...frames]) => ({ name: name as string, times: 1, send: () => frames as Frame[] }));

const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: l\r\n\r\n';
type Fields = readonly (readonly [string, string])[];
const asked = (name: string, more: Fields, body = HIDDEN): Flood => ({
  name,
  times: 1,
  send: () => [
    { type: TYPE.headers, flags: END_HEADERS, stream: 1, payload: request(more, 'POST') },
    { type: TYPE.data, flags: END_STREAM, stream: 1, payload: Buffer.from(body) },
  ],
});
const pseudo = (name: string, list: Fields): Flood => ({
  name,
  times: 1,
  send: () => [{ type: TYPE.headers, flags: 5, stream: 1, payload: fields(list) }],
});
const GET: Fields = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'l'],
];

/** Requests that would become two if written as HTTP/1.1. */
export const DOWNGRADES: readonly Flood[] = [
  asked('a length of 0 and a body', [['content-length', '0']]),
  asked('a length that is too short', [['content-length', '4']]),
  asked('a length that is too long', [['content-length', '4000']]),
  asked('two lengths', [
    ['content-length', '0'],
    ['content-length', String(HIDDEN.length)],
  ]),
  asked('chunks', [['transfer-encoding', 'chunked']], `0\r\n\r\n${HIDDEN}`),
  asked(
    'chunks and a length',
    [
      ['transfer-encoding', 'chunked'],
      ['content-length', '5'],
    ],
    `0\r\n\r\n${HIDDEN}`,
  ),
  asked('a line end in a value', [['x-a', `1\r\nTransfer-Encoding: chunked`]], `0\r\n\r\n${HIDDEN}`),
  asked('a line feed in a value', [['x-a', `1\nContent-Length: 0`]]),
  asked('a whole request in a value', [['x-a', `1\r\n\r\n${HIDDEN}`]]),
  asked('a line end in a name', [['x-a: 1\r\ncontent-length', '0']]),
  asked('a colon in a name', [['transfer-encoding:', 'chunked']]),
  asked('a space in a name', [['content-length ', '0']]),
  asked('a NUL in a value', [['x-a', '1\x00']]),
  asked('capitals in a name', [['Content-Length', '0']]),
  asked('an empty name', [['', 'chunked']]),
  asked('connection and what it names', [['connection', 'x-stamp, x-real-ip']]),
  asked('an upgrade', [
    ['connection', 'upgrade'],
    ['upgrade', 'h2c'],
  ]),
  asked('te that is not trailers', [['te', 'gzip']]),
  asked('expect', [['expect', '100-continue']]),
  asked('a Host beside the authority', [['host', 'other']]),
  pseudo('a line end in the path', [...GET, [':path', `/a HTTP/1.1\r\nHost: l\r\n\r\n${HIDDEN}`]]),
  pseudo('a blank in the path', [...GET, [':path', '/a HTTP/1.1']]),
  pseudo('an empty path', [...GET, [':path', '']]),
  pseudo('no path', GET),
  pseudo('two paths', [...GET, [':path', '/a'], [':path', '/b']]),
  pseudo('a path behind a header', [...GET, ['x-a', '1'], [':path', '/b']]),
  pseudo('a pseudo header of its own', [...GET, [':path', '/a'], [':protocol', 'websocket']]),
  pseudo('a line end in the authority', [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':authority', 'l\r\nX-A: 1'],
    [':path', '/a'],
  ]),
  pseudo('a line end in the method', [
    [':method', `GET /hidden HTTP/1.1\r\nHost: l\r\n\r\nGET`],
    [':scheme', 'https'],
    [':authority', 'l'],
    [':path', '/a'],
  ]),
  pseudo('CONNECT', [
    [':method', 'CONNECT'],
    [':authority', 'l:80'],
  ]),
];
