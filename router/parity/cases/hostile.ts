import type { Area, Case, Lab } from '../case.ts';
import type { DifferenceId } from '../differences.ts';
import type { Pattern } from '../pattern.ts';
import { pool, prefix, sticky } from './parts.ts';

const SMUGGLED = 'GET /SMUGGLED HTTP/1.1\r\nHost: l\r\n\r\n';
const FAREWELL = 'GET /x HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n';
const post = (headers: string, body: string, method = 'POST'): string =>
  `${method} /x HTTP/1.1\r\nHost: l\r\n${headers}\r\n${body}`;
const get = (headers: string): string => `GET /x HTTP/1.1\r\nHost: l\r\n${headers}\r\n`;
const chunks = (size: string, rest = 'abc\r\n0\r\n\r\n'): string =>
  post('Transfer-Encoding: chunked\r\n', `${size}\r\n${rest}`);

/** The statuses for a request, and for another one pipelined after it. */
const answersTo = (bytes: string) => async (lab: Lab) => {
  const connection = await lab.connect();
  await connection.write(bytes + FAREWELL);
  const { answers } = await connection.read({ untilClosed: true });
  connection.close();
  return answers.map(({ status }) => status);
};

type Row = {
  readonly name: string;
  readonly bytes: string;
  /** The status that both give; undefined: no answer. */
  readonly status?: number | undefined;
  readonly differs?: readonly [id: DifferenceId, traefik: number | undefined, router: number | undefined];
  readonly seen?: Pattern;
  readonly once?: true;
};

/** Newer versions of Node parse this as Go does. */
const IS_NODE_20 = process.versions.node.startsWith('20.');

const rows: readonly Row[] = [
  {
    name: 'a length and chunks',
    bytes: post('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\nG'),
    differs: ['length-and-chunks', 200, 400],
  },
  {
    name: 'a length that ends inside the chunks',
    bytes: post(
      'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n',
      `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    ),
    differs: ['length-and-chunks', 200, 400],
  },
  {
    name: 'a tab after a length',
    bytes: post('Content-Length: 3\t\r\n', 'abc'),
    ...(IS_NODE_20 ? { differs: ['tab-after-framing', 200, 400] as const } : { status: 200 }),
  },
  {
    name: 'a tab after a coding',
    bytes: post('Transfer-Encoding: chunked\t\r\n', '0\r\n\r\n'),
    differs: ['tab-after-framing', 200, 400],
  },
  { name: 'a tab before a coding', bytes: post('Transfer-Encoding:\tchunked\r\n', '0\r\n\r\n'), status: 200 },
  { name: 'two different lengths', bytes: post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'), status: 400 },
  {
    name: 'two equal lengths',
    bytes: post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'),
    differs: ['repeated-length', 200, 400],
  },
  ...['1, 1', '+1', '0x1', '1_0', '-1', '', '1Z', '36893488147419103233', '1 1', '٣'].map(
    (length): Row => ({
      name: `a length of ${JSON.stringify(length)}`,
      bytes: post(`Content-Length: ${Buffer.from(length).toString('latin1')}\r\n`, 'a'),
      status: 400,
    }),
  ),
  {
    name: 'two transfer codings, chunked twice',
    bytes: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    differs: ['transfer-coding', 501, 400],
  },
  ...['chunked, identity', 'identity', 'xchunked', 'gzip, chunked', 'chunked, chunked', '"chunked"', ''].map(
    (coding): Row => ({
      name: `a transfer coding of ${JSON.stringify(coding)}`,
      bytes: post(`Transfer-Encoding: ${coding}\r\n`, '0\r\n\r\n'),
      differs: ['transfer-coding', 501, 400],
    }),
  ),
  {
    name: 'a transfer coding in another case',
    bytes: post('Transfer-Encoding: Chunked\r\n', '0\r\n\r\n'),
    status: 200,
  },
  { name: 'a space before the colon', bytes: post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), status: 400 },
  { name: 'a space before the colon of a length', bytes: post('Content-Length : 5\r\n', 'abcde'), status: 400 },
  { name: 'a vertical tab in a coding', bytes: post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'), status: 400 },
  { name: 'a chunk size of 0x1', bytes: chunks('0x3'), differs: ['bad-chunk', 500, 400] },
  { name: 'a chunk size of 0_3', bytes: chunks('0_3'), differs: ['bad-chunk', 500, 400] },
  { name: 'a chunk size of 17 digits', bytes: chunks('fffffffffffffffff'), differs: ['bad-chunk', 500, 400] },
  { name: 'a negative chunk size', bytes: chunks('-3'), differs: ['bad-chunk', 500, 400] },
  { name: 'a chunk size after a space', bytes: chunks(' 3'), differs: ['bad-chunk', 500, 400] },
  { name: 'a chunk without its end', bytes: chunks('3', 'abc0\r\n\r\n'), differs: ['bad-chunk', 500, 400] },
  {
    name: 'a chunk size line ended by a line feed',
    bytes: post('Transfer-Encoding: chunked\r\n', '3\nabc\r\n0\r\n\r\n'),
    differs: ['bad-chunk', 500, 400],
  },
  { name: 'a byte above 127 in a chunk extension', bytes: chunks('3;a=\xe9'), differs: ['bad-chunk', 200, 400] },
  { name: 'a line feed in a chunk extension', bytes: chunks('3;a\nb'), differs: ['bad-chunk', 500, 400] },
  {
    name: 'a chunk size of 22 digits',
    bytes: chunks('0000000000000000000003'),
    differs: ['long-chunk-size', 500, 200],
  },
  {
    name: 'a space in the name of a trailer',
    bytes: chunks('3', 'abc\r\n0\r\nX-T : 1\r\n\r\n'),
    differs: ['bad-chunk', 200, 400],
  },
  {
    name: 'two carriage returns',
    bytes: post('Transfer-Encoding: chunked\r\n', '3\r\r\nabc\r\n0\r\n\r\n'),
    differs: ['bad-chunk', 500, 400],
  },
  {
    name: 'a chunk extension of 64 KB',
    bytes: chunks(`3;${'x'.repeat(65_536)}`),
    differs: ['bad-chunk', 500, 413],
    once: true,
  },
  { name: 'lines ended by line feeds', bytes: 'GET /x HTTP/1.1\nHost: l\n\n', differs: ['line-ends', 200, 400] },
  { name: 'a folded header', bytes: get('X-A: 1\r\n  2\r\n'), differs: ['folded-header', 200, 400] },
  { name: 'a bare carriage return in a value', bytes: get('X-A: a\rb\r\n'), status: 400 },
  { name: 'a NUL in a value', bytes: get('X-A: a\x00b\r\n'), status: 400 },
  { name: 'a control byte in a value', bytes: get('X-A: a\x01b\r\n'), status: 400 },
  { name: 'a DEL in a value', bytes: get('X-A: a\x7fb\r\n'), status: 400 },
  { name: 'a header line without a colon', bytes: get('X-A\r\n'), status: 400 },
  { name: 'an empty header name', bytes: get(': v\r\n'), status: 400 },
  { name: 'a byte above 127 in a name', bytes: get('X-\xe9: v\r\n'), status: 400 },
  { name: 'a space in a name', bytes: get('User Agent: v\r\n'), status: 400 },
  { name: 'parentheses in a name', bytes: get('X(A): v\r\n'), status: 400 },
  { name: 'a space before the first header', bytes: 'GET /x HTTP/1.1\r\n Host: l\r\n\r\n', status: 400 },
  { name: 'no Host', bytes: 'GET /x HTTP/1.1\r\n\r\n', status: 400 },
  { name: 'no Host in HTTP/1.0', bytes: 'GET /x HTTP/1.0\r\n\r\n', status: 200 },
  { name: 'an empty Host', bytes: 'GET /x HTTP/1.1\r\nHost:\r\n\r\n', status: 200 },
  { name: 'two Hosts', bytes: 'GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', status: 400 },
  { name: 'two equal Hosts', bytes: 'GET /x HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', status: 400 },
  ...['a b', 'a/b', 'a@b', 'a\\b', 'a"b', 'a<b', 'é', 'a?b', 'a#b'].map(
    (host): Row => ({
      name: `a Host of ${JSON.stringify(host)}`,
      bytes: `GET /x HTTP/1.1\r\nHost: ${Buffer.from(host).toString('latin1')}\r\n\r\n`,
      status: 400,
    }),
  ),
  ...['a%zz', 'a,b', 'a:b:c', '*', '_', '%41'].map(
    (host): Row => ({
      name: `a Host of ${JSON.stringify(host)}`,
      bytes: `GET /x HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      status: 200,
    }),
  ),
  {
    name: 'two spaces in the request line',
    bytes: 'GET  /x HTTP/1.1\r\nHost: l\r\n\r\n',
    differs: ['lenient-start', 400, 200],
  },
  { name: 'a tab in the request line', bytes: 'GET\t/x HTTP/1.1\r\nHost: l\r\n\r\n', status: 400 },
  { name: 'a space in the target', bytes: 'GET /x y HTTP/1.1\r\nHost: l\r\n\r\n', status: 400 },
  {
    name: 'a Host with an unclosed bracket',
    bytes: 'GET /x HTTP/1.1\r\nHost: [::1\r\n\r\n',
    differs: ['open-bracket', 200, 400],
  },
  ...['a:/x', 'a+b://l/x', 'http://l"/x', 'http://h%c3%a9/x', 'http://[fe80::1%25lo]/x'].map(
    (target): Row => ({
      name: `a target of ${JSON.stringify(target)}`,
      bytes: `GET ${target} HTTP/1.1\r\nHost: l\r\n\r\n`,
      differs: ['odd-url', 200, 400],
    }),
  ),
  { name: 'HTTP/2.0', bytes: 'GET /x HTTP/2.0\r\nHost: l\r\n\r\n', status: 505 },
  { name: 'HTTP/0.9', bytes: 'GET /x HTTP/0.9\r\nHost: l\r\n\r\n', differs: ['http-version', 505, 400] },
  { name: 'no version', bytes: 'GET /x\r\nHost: l\r\n\r\n', status: 400 },
  { name: 'no version and no header', bytes: 'GET /xxxxxxxxxxxx\r\n\r\n', status: 400 },
  { name: 'HTTP/1.2', bytes: 'GET /x HTTP/1.2\r\nHost: l\r\n\r\n', differs: ['http-version', 200, 400] },
  { name: 'HTTP/3.0', bytes: 'GET /x HTTP/3.0\r\nHost: l\r\n\r\n', differs: ['http-version', 505, 400] },
  { name: 'HTTP/1.1.1', bytes: 'GET /x HTTP/1.1.1\r\nHost: l\r\n\r\n', status: 400 },
  { name: 'http in lower case', bytes: 'GET /x http/1.1\r\nHost: l\r\n\r\n', status: 400 },
  { name: 'HTTP/11', bytes: 'GET /x HTTP/11\r\nHost: l\r\n\r\n', status: 400 },
  {
    name: 'an empty line first',
    bytes: '\r\nGET /x HTTP/1.1\r\nHost: l\r\n\r\n',
    differs: ['lenient-start', 400, 200],
  },
  {
    name: 'an unknown method',
    bytes: 'FOO /wire/x HTTP/1.1\r\nHost: l\r\n\r\n',
    differs: ['unknown-method', 200, 400],
  },
  {
    name: 'a method in lower case',
    bytes: 'get /wire/x HTTP/1.1\r\nHost: l\r\n\r\n',
    differs: ['unknown-method', 200, 400],
  },
  { name: 'a method that is not a token', bytes: 'G(T /x HTTP/1.1\r\nHost: l\r\n\r\n', status: 400 },
  { name: 'TRACE', bytes: 'TRACE /x HTTP/1.1\r\nHost: l\r\n\r\n', status: 200 },
  { name: 'PROPFIND', bytes: 'PROPFIND /x HTTP/1.1\r\nHost: l\r\n\r\n', status: 200 },
  { name: 'CONNECT', bytes: 'CONNECT l:80 HTTP/1.1\r\nHost: l:80\r\n\r\n', status: 501 },
  {
    name: 'HTTP/1.0 with chunks',
    bytes: 'POST /x HTTP/1.0\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    differs: ['http-1.0-chunks', 200, 400],
  },
  { name: 'a header of 17 KB', bytes: get(`X-A: ${'v'.repeat(17_000)}\r\n`), status: 200, once: true },
  { name: 'headers of 1.5 MB', bytes: get(`X-A: ${'v'.repeat(1_500_000)}\r\n`), status: 431, once: true },
  {
    name: 'the beginning of a TLS handshake',
    bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    status: undefined,
  },
];

// Traefik answers a bad chunk in the middle of a body, so either the answer or the reset arrives first.
const onlyWhole = (row: Row): boolean => row.once ?? row.differs?.[0] === 'bad-chunk';

const cases: Case[] = rows.flatMap((row): Case[] =>
  (onlyWhole(row) ? [false] : [false, true]).map((byteByByte): Case => {
    const send = { raw: row.bytes, byteByByte, timeout: 1500 };
    const name = `${row.name}${byteByByte ? ', byte by byte' : ''}`;
    if (row.differs) {
      const [id, traefik, router] = row.differs;
      return { name, send, differs: { id, traefik: { status: traefik }, router: { status: router } } };
    }
    return { name, send, expect: { status: row.status } };
  }),
);

/** Requests hidden in bodies; proxies that misread a length have let such requests through. */
const hidden = ['DELETE', 'OPTIONS', 'GET', 'HEAD', 'POST'].flatMap((method): Case[] =>
  [
    '',
    'Connection: keep-alive\r\n',
    'Connection: Upgrade\r\nUpgrade: h2c\r\n',
    'Connection: Transfer-Encoding\r\n',
    'Connection: Content-Length\r\n',
  ].map(
    (connection): Case => ({
      name: `a request hidden in a chunked ${method}${connection && ` with ${JSON.stringify(connection)}`} stays a body`,
      play: async (lab: Lab) => {
        const before = lab.origin('k1').seen.length;
        const body = `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`;
        const answer = await lab.send({
          raw: `${method} /k1 HTTP/1.1\r\nHost: l\r\n${connection}Transfer-Encoding: chunked\r\n\r\n${body}`,
        });
        await lab.send({ path: '/k1/after' });
        return {
          status: answer.status,
          reached: lab
            .origin('k1')
            .seen.slice(before)
            .map(({ url }) => url),
        };
      },
      expect: { status: 200, reached: ['/k1', '/k1/after'] },
    }),
  ),
);

const many = (count: number): string => Array.from({ length: count }, (_, i) => `X-${i}: v\r\n`).join('');

export const hostile: Area = {
  name: 'hostile',
  origins: ['a', 'k1'],
  http: {
    routers: {
      ho: prefix('/', 'ho'),
      hoWire: prefix('/wire', 'hoWire'),
      hoK: prefix('/k1', 'hoK'),
      hoPin: prefix('/pin', 'hoPin'),
    },
    services: {
      ho: pool('a'),
      hoWire: { loadBalancer: { servers: [{ url: '{wire}' }] } },
      hoK: pool('k1'),
      hoPin: pool('a', sticky({ name: 'p' })),
    },
  },
  cases: [
    ...cases,
    ...hidden,
    {
      name: 'requests pipelined after a declined upgrade',
      play: answersTo('GET /wire/x HTTP/1.1\r\nHost: l\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
      differs: { id: 'declined-upgrade', traefik: [200, 200], router: [200] },
    },
    ...[
      ['1.0', 'Proxy-Connection: keep-alive', 1],
      ['1.0', 'Connection: keep-alive', 2],
      ['1.0', 'Connection: close, Keep-Alive', 2],
      ['1.0', 'Connection: x\r\nConnection: keep-alive', 1],
      ['1.1', 'Connection: x close', 1],
      ['1.1', 'Connection: x\r\nConnection: x,\tClose', 1],
      ['1.1', 'Connection: x\r\nConnection: x close', 2],
      ['1.1', 'Connection: x-close', 2],
      ['1.1', 'Connection: \xa0close', 2],
    ].map(
      ([version, headers, answered]): Case => ({
        name: `a request pipelined after one in HTTP/${version} with ${JSON.stringify(headers)}`,
        play: answersTo(`GET /wire/x HTTP/${version}\r\nHost: l\r\n${headers}\r\n\r\n`),
        expect: Array(Number(answered)).fill(200),
      }),
    ),
    {
      name: 'a request pipelined after one in HTTP/1.1 with Proxy-Connection',
      play: answersTo('GET /wire/x HTTP/1.1\r\nHost: l\r\nProxy-Connection: close\r\n\r\n'),
      differs: { id: 'proxy-connection', traefik: [200, 200], router: [200] },
    },
    ...[
      ['POST /a#b', '{}', [400]],
      ['POST *', '{}', [404]],
      ['POST *', '', [404, 200]],
      ['OPTIONS *', '{}', [200, 200]],
    ].map(
      ([line, body, statuses]): Case => ({
        name: `a request behind ${line} and ${JSON.stringify(body)}, which waits for a 100`,
        play: answersTo(
          `${line} HTTP/1.1\r\nHost: l\r\nExpect: 100-continue\r\nContent-Length: ${body!.length}\r\n\r\n${body}`,
        ),
        expect: statuses!,
      }),
    ),
    ...[
      ['100-Continue', 200],
      ['banana, 100-continue', 200],
      ['banana', 417],
      ['100-continue;a', 417],
      ['x-100-continue', 417],
      ['banana\r\nExpect: 100-continue', 417],
    ].map(
      ([expect, status]): Case => ({
        name: `an Expect of ${JSON.stringify(expect)}`,
        send: { raw: get(`Expect: ${expect}\r\n`), untilClosed: status === 417 },
        expect: { statuses: [status!], ...(status === 417 && { interim: [] }) },
      }),
    ),
    ...[
      ['*', 404],
      ['/a#b', 400],
    ].map(
      ([target, status]): Case => ({
        name: `a request behind one for ${target} that expects a 100`,
        play: answersTo(`POST ${target} HTTP/1.1\r\nHost: l\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n`),
        expect: [status!, 200],
      }),
    ),
    {
      name: 'the answer to bytes that are not a request',
      send: { raw: `${'nonsense '.repeat(5)}\r\n\r\n`, untilClosed: true },
      expect: {
        status: 400,
        reason: 'Bad Request',
        body: '400 Bad Request',
        ended: 'end',
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          connection: 'close',
          'content-length': null,
          date: null,
        },
      },
    },
    {
      name: 'the answer to headers that are too large',
      send: { raw: get(`X-A: ${'v'.repeat(1_500_000)}\r\n`) },
      expect: { status: 431, reason: 'Request Header Fields Too Large', headers: { connection: 'close' } },
    },
    {
      name: 'the answer to CONNECT',
      send: { raw: 'CONNECT l:80 HTTP/1.1\r\nHost: l:80\r\n\r\n' },
      expect: { status: 501, headers: {} },
    },
    {
      name: '2100 headers: all of them arrive',
      play: async (lab) => {
        const answer = await lab.send({
          raw: `GET /pin HTTP/1.1\r\nHost: l\r\n${many(2100)}Cookie: p={a.hash}\r\nMcp-Session-Id: n1\r\n\r\n`,
        });
        return {
          status: answer.status,
          session: answer.seen?.headers['mcp-session-id']?.[0],
          cookies: answer.cookies.length,
        };
      },
      expect: { status: 200, session: 'n1', cookies: 0 },
    },
    {
      name: '900 headers arrive',
      play: async (lab) => {
        const answer = await lab.send({
          raw: `GET /pin HTTP/1.1\r\nHost: l\r\n${many(900)}Cookie: p={a.hash}\r\nMcp-Session-Id: n1\r\n\r\n`,
        });
        return {
          status: answer.status,
          session: answer.seen?.headers['mcp-session-id']?.[0],
          cookies: answer.cookies.length,
        };
      },
      expect: { status: 200, session: 'n1', cookies: 0 },
    },
    {
      name: 'a refused request ends its connection',
      send: { raw: `${get('X A: v\r\n')}${get('')}`, untilClosed: true },
      expect: { statuses: [400], ended: /end|reset/ },
    },
    {
      name: 'a refused Host ends its connection',
      send: { raw: 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', untilClosed: true },
      expect: { statuses: [400], ended: /end|reset/ },
    },
    {
      name: 'a refused Host ends its connection also where the target would be refused',
      send: { raw: 'GET /a#b HTTP/1.1\r\nHost: a b\r\n\r\n', untilClosed: true },
      expect: { statuses: [400], ended: /end|reset/ },
    },
    {
      name: 'a request of one byte, then the end',
      send: { raw: 'G', halfClose: true, untilClosed: true },
      expect: { status: 400 },
    },
    {
      name: 'nothing, then the end',
      send: { raw: '', halfClose: true, untilClosed: true },
      expect: { status: undefined, ended: 'end' },
    },
    { name: 'afterwards everything works', send: { path: '/' }, expect: { status: 200 } },
  ],
};
