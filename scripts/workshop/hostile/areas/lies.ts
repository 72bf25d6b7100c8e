/** Malformed answers, seen or possible, each on a connection that has carried a valid answer. */
import { SIZES } from '../mutations/framing-words.ts';
import type { Lie } from '../rigs/lying-origin.ts';

const ok = (...headers: string[]): string => ['HTTP/1.1 200 OK', ...headers, '', ''].join('\r\n');
const POISON = `${ok('Content-Length: 6', 'X-For: /poison')}POISON`;
const chunks = (size: string): string => `${ok('Transfer-Encoding: chunked')}${size}\r\nhello\r\n0\r\n\r\n${POISON}`;
const POST = 'POST # HTTP/1.1\r\nHost: l\r\nContent-Length: 300000\r\n\r\n';
const UPGRADE = 'GET # HTTP/1.1\r\nHost: l\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const HEAD = 'HEAD # HTTP/1.1\r\nHost: l\r\n\r\n';

const lengths: readonly Lie[] = [
  ['two lengths', 'Content-Length: 2', 'Content-Length: 40'],
  ['two lengths, the long one first', 'Content-Length: 40', 'Content-Length: 2'],
  ['two equal lengths', 'Content-Length: 2', 'Content-Length: 2'],
  ['a length and chunks', 'Content-Length: 2', 'Transfer-Encoding: chunked'],
  ['chunks and a length', 'Transfer-Encoding: chunked', 'Content-Length: 2'],
  ...['-2', '+2', '0x2', '2, 2', '2x', '', ' ', '2 2', '18446744073709551618', '1e1', '٢', '2\t3'].map((n) => [
    `a length of ${JSON.stringify(n)}`,
    `Content-Length: ${n}`,
  ]),
  ...['gzip', 'chunked, chunked', 'identity', 'x, chunked', '"chunked"', 'chunked;a=b', '\x0bchunked'].map((coding) => [
    `a coding of ${JSON.stringify(coding)}`,
    `Transfer-Encoding: ${coding}`,
  ]),
].map(([name = '', ...headers]) => ({ name, answer: `${ok(...headers)}ok${POISON}`, ends: 'end' }));

const badChunks: readonly Lie[] = [...new Set(SIZES)].map((size) => ({
  name: `a chunk size of ${JSON.stringify(size)}`,
  answer: chunks(size.replaceAll('#', '5')),
  ends: 'end',
}));

const after: readonly Lie[] = [
  { name: 'a second answer', answer: `${ok('Content-Length: 2')}ok${POISON}` },
  { name: 'a second answer, later', answer: [`${ok('Content-Length: 2')}ok`, 'pause', POISON] },
  {
    name: 'a second answer after chunks, later',
    answer: [`${ok('Transfer-Encoding: chunked')}0\r\n\r\n`, 'pause', POISON],
  },
  {
    name: 'endless bytes after the answer',
    answer: [`${ok('Content-Length: 2')}ok`, { repeat: 'x'.repeat(65_536), times: 100 }],
  },
  { name: 'a body after 204', answer: `HTTP/1.1 204 No Content\r\nContent-Length: ${POISON.length}\r\n\r\n${POISON}` },
  {
    name: 'a body after 304',
    answer: `HTTP/1.1 304 Not Modified\r\nContent-Length: ${POISON.length}\r\n\r\n${POISON}`,
  },
  {
    name: 'chunks after 204',
    answer: `HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n${POISON}`,
  },
  {
    name: 'a body after the answer to HEAD',
    answer: `${ok(`Content-Length: ${POISON.length}`)}${POISON}`,
    request: HEAD,
  },
  { name: 'chunks after the answer to HEAD', answer: chunks('5'), request: HEAD },
  { name: 'an answer without an end', answer: `${ok()}${POISON}`, ends: 'end' },
  {
    name: 'Connection: close without closing',
    answer: [`${ok('Content-Length: 2', 'Connection: close')}ok`, 'pause', POISON],
  },
  { name: 'keep-alive, then a close', answer: `${ok('Content-Length: 2', 'Connection: keep-alive')}ok`, ends: 'end' },
  { name: 'keep-alive, then a reset', answer: `${ok('Content-Length: 2', 'Keep-Alive: timeout=0')}ok`, ends: 'reset' },
];

const floods: readonly Lie[] = [
  ...[100, 102, 103, 199].map(
    (status): Lie => ({
      name: `1,000 answers of ${status}`,
      answer: [
        { repeat: `HTTP/1.1 ${status} X\r\nX-A: ${'a'.repeat(100)}\r\n\r\n`, times: 1_000 },
        `${ok('Content-Length: 2')}ok`,
      ],
      ends: 'end',
    }),
  ),
  { name: '1xx without an end', answer: [{ repeat: 'HTTP/1.1 103 X\r\n\r\n'.repeat(500), times: 50 }], ends: 'reset' },
  {
    name: 'a header of 12 MB',
    answer: ['HTTP/1.1 200 OK\r\nX-A: ', { repeat: 'v'.repeat(65_536), times: 190 }, '\r\nContent-Length: 2\r\n\r\nok'],
    ends: 'end',
  },
  {
    name: 'a head of 12 MB without an end',
    answer: ['HTTP/1.1 200 OK\r\n', { repeat: `X-A: ${'v'.repeat(8_000)}\r\n`, times: 1_500 }],
    ends: 'end',
  },
  {
    name: '50,000 headers',
    answer: ['HTTP/1.1 200 OK\r\n', { repeat: 'A: b\r\n'.repeat(500), times: 100 }, 'Content-Length: 2\r\n\r\nok'],
    ends: 'end',
  },
  {
    name: 'a phrase of 1 MB',
    answer: ['HTTP/1.1 200 ', { repeat: 'v'.repeat(65_536), times: 16 }, '\r\nContent-Length: 2\r\n\r\nok'],
    ends: 'end',
  },
  {
    name: '50,000 trailers',
    answer: [
      `${ok('Transfer-Encoding: chunked', 'Trailer: A')}0\r\n`,
      { repeat: 'A: b\r\n'.repeat(500), times: 100 },
      '\r\n',
    ],
    ends: 'end',
  },
  {
    name: 'a chunk extension of 4 MB',
    answer: [
      `${ok('Transfer-Encoding: chunked')}5;`,
      { repeat: 'x'.repeat(65_536), times: 64 },
      '\r\nhello\r\n0\r\n\r\n',
    ],
    ends: 'end',
  },
  {
    name: 'trailers that are framing',
    answer: `${ok('Transfer-Encoding: chunked', 'Trailer: Content-Length, Transfer-Encoding, Set-Cookie')}0\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n\r\n${POISON}`,
    ends: 'end',
  },
];

const early: readonly Lie[] = [
  { name: 'an answer before the body', answer: `${ok('Content-Length: 2')}ok`, early: true, request: POST },
  {
    name: 'an answer before the body, and the end',
    answer: `${ok('Content-Length: 2')}ok`,
    early: true,
    ends: 'end',
    request: POST,
  },
  {
    name: 'an answer before the body, and a reset',
    answer: `HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nno`,
    early: true,
    ends: 'reset',
    request: POST,
  },
  { name: 'two answers before the body', answer: `${ok('Content-Length: 2')}ok${POISON}`, early: true, request: POST },
  { name: 'nothing, and a reset before the body', answer: '', early: true, ends: 'reset', request: POST },
];

const switched: readonly Lie[] = [
  { name: 'an unrequested 101', answer: `${SWITCH}${POISON}`, ends: 'end' },
  { name: 'an unrequested 101, then a reset', answer: SWITCH, ends: 'reset' },
  { name: '101, then a reset', answer: SWITCH, ends: 'reset', request: UPGRADE },
  { name: '101, then the end', answer: SWITCH, ends: 'end', request: UPGRADE },
  { name: '101 to another protocol', answer: SWITCH.replace('websocket', 'h2c'), ends: 'end', request: UPGRADE },
  {
    name: '101 with a length',
    answer: SWITCH.replace('\r\n\r\n', `\r\nContent-Length: ${POISON.length}\r\n\r\n${POISON}`),
    ends: 'end',
    request: UPGRADE,
  },
  {
    name: '101, then 1 MB, then a reset',
    answer: [SWITCH, { repeat: 'x'.repeat(65_536), times: 16 }],
    ends: 'reset',
    request: UPGRADE,
  },
  {
    name: 'an upgrade declined with chunks that do not end',
    answer: `${ok('Transfer-Encoding: chunked')}5\r\nhello\r\n`,
    ends: 'reset',
    request: UPGRADE,
  },
];

const malformed: readonly Lie[] = [
  ...[
    'HTTP/0.9 200 OK',
    'HTTP/2.0 200 OK',
    'HTTP/1.1 000 X',
    'HTTP/1.1 099 X',
    'HTTP/1.1 999 X',
    'HTTP/1.1 1000 X',
    'HTTP/1.1 20 X',
    'HTTP/1.1 2OO X',
    'HTTP/1.1 -200 X',
    'HTTP/1.1  200 OK',
    'http/1.1 200 OK',
    'HTTP/1.1\t200 OK',
    'HTTP/1.1 200',
    'ICY 200 OK',
    'GET / HTTP/1.1',
    '',
  ].map(
    (line): Lie => ({
      name: `a first line of ${JSON.stringify(line)}`,
      answer: `${line}\r\nContent-Length: 2\r\n\r\nok${POISON}`,
      ends: 'end',
    }),
  ),
  ...[
    'X-A: a\x00b',
    'X-A: a\rb',
    'X-A: 1\r\n 2',
    'X-A: 1\nX-B: 2',
    'X A: 1',
    ': 1',
    'X-A',
    '\x00: 1',
    'X-A: \x7f',
    'Content-Length : 40',
    ' Content-Length: 40',
    'Set-Cookie: a=b\r\n\tc',
    'Location: \xe9\xff',
    'Connection: close, X-For, content-length',
    '__proto__: 1\r\nconstructor: 1',
  ].map(
    (header): Lie => ({
      name: `a header of ${JSON.stringify(header)}`,
      answer: `${ok(header, 'Content-Length: 2')}ok${POISON}`,
      ends: 'end',
    }),
  ),
  { name: 'the preface of HTTP/2', answer: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ends: 'end' },
  { name: 'a TLS alert', answer: '\x15\x03\x01\x00\x02\x02\x28', ends: 'end' },
  { name: '1 MB of noise', answer: [{ repeat: '\xfe\x00\xff\r'.repeat(1_000), times: 250 }], ends: 'reset' },
];

export const LIES: readonly Lie[] = [
  ...lengths,
  ...badChunks,
  ...after,
  ...floods,
  ...early,
  ...switched,
  ...malformed,
];

/** Two complete answers; truncated at any byte they are incomplete. */
export const WHOLE: readonly string[] = [
  `${ok('Content-Length: 26', 'Cache-Control: no-store')}abcdefghijklmnopqrstuvwxyz`,
  `HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n${ok('Transfer-Encoding: chunked', 'Trailer: X-T')}d\r\nabcdefghijklm\r\nd\r\nnopqrstuvwxyz\r\n0\r\nX-T: 1\r\n\r\n`,
];
