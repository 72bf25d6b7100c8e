import type { Area, Case } from '../case.ts';
import type { Pattern } from '../pattern.ts';
import { pool, prefix, sticky } from './parts.ts';

const gateway = (status: number, body: string) => ({
  status,
  body,
  headers: { 'content-type': null, 'content-length': String(body.length), connection: null },
});
const badGateway = gateway(502, 'Bad Gateway');

const cut = (name: string, mode: string): Case => ({
  name,
  send: { path: `/sf?mode=${mode}` },
  // How much arrives before the cut is random.
  expect: { complete: false, ended: /end|reset/ },
});

const strict = (traefik: Record<string, Pattern>) => ({
  differs: {
    id: 'strict-answers' as const,
    traefik: { status: 200, ...traefik },
    router: gateway(500, 'Internal Server Error'),
  },
});

const long = 'v'.repeat(20_000);

export const serverFaults: Area = {
  name: 'server-faults',
  origins: ['a'],
  scripts: {
    '/sfw/silence': { answer: '', ends: 'end' },
    '/sfw/silentreset': { answer: '', ends: 'reset' },
    '/sfw/garbage': { answer: 'this is no HTTP\r\n\r\n', ends: 'end' },
    '/sfw/halfhead': { answer: 'HTTP/1.1 200 OK\r\nX-A: 1\r\n', ends: 'end' },
    '/sfw/halfline': { answer: 'HTTP/1.1 2', ends: 'end' },
    '/sfw/control': { answer: 'HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/twolengths': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!' },
    '/sfw/samelengths': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/badlength': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nok' },
    '/sfw/both': {
      answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    },
    '/sfw/coding': { answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok', ends: 'end' },
    '/sfw/chunkedtwice': {
      answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    },
    '/sfw/phrase': { answer: 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/utf8phrase': { answer: 'HTTP/1.1 200 \xc3\xa9\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/utf8header': { answer: 'HTTP/1.1 200 OK\r\nX-A: \xc3\xa9\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/longheader': { answer: `HTTP/1.1 200 OK\r\nX-A: ${long}\r\nContent-Length: 2\r\n\r\nok` },
    '/sfw/nocontentchunked': { answer: 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' },
    '/sfw/more': {
      answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON',
    },
    '/sfw/badchunk': { answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n' },
    '/sfw/nochunkend': { answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', ends: 'end' },
    '/sfw/short': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', ends: 'end' },
    '/sfw/noname': { answer: 'HTTP/1.1 200 OK\r\n: v\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/nocolon': { answer: 'HTTP/1.1 200 OK\r\nfoo\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/barelf': { answer: 'HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\nok' },
    '/sfw/fold': { answer: 'HTTP/1.1 200 OK\r\nX-A: 1\r\n  2\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/http2': { answer: 'HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/http09': { answer: 'HTTP/0.9 200 OK\r\nContent-Length: 2\r\n\r\nok', ends: 'end' },
    '/sfw/lowstatus': { answer: 'HTTP/1.1 099 Low\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/switching': { answer: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n' },
    '/sfw/trailerlength': { answer: 'HTTP/1.1 200 OK\r\nTrailer: X-T\r\nContent-Length: 2\r\n\r\nok' },
    '/sfw/cookies': { answer: `HTTP/1.1 200 OK\r\n${'Set-Cookie: a=b\r\n'.repeat(40)}Content-Length: 2\r\n\r\nok` },
  },
  http: {
    routers: {
      sf: prefix('/sf', 'sf'),
      sfw: prefix('/sfw', 'sfw'),
      sfDead: prefix('/sfdead', 'sfDead'),
      sfSlow: prefix('/sfslow', 'sfSlow'),
      sfName: prefix('/sfname', 'sfName'),
      sfTls: prefix('/sftls', 'sfTls'),
    },
    serversTransports: { sfQuick: { forwardingTimeouts: { responseHeaderTimeout: '600ms' } } },
    services: {
      sf: pool('a'),
      sfw: { loadBalancer: { servers: [{ url: '{wire}' }] } },
      sfDead: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }] } },
      sfSlow: pool('a', { serversTransport: 'sfQuick', ...sticky({ name: 's' }) }),
      sfName: { loadBalancer: { servers: [{ url: 'http://no-such-host.invalid' }] } },
      sfTls: { loadBalancer: { servers: [{ url: 'https://127.0.0.1:{a.port}' }] } },
    },
  },
  cases: [
    { name: 'refused: 502', send: { path: '/sfdead' }, expect: badGateway },
    { name: 'refused, POST: 502', send: { method: 'POST', path: '/sfdead', body: 'abc' }, expect: badGateway },
    {
      name: 'refused, HEAD: 502 without its text',
      send: { method: 'HEAD', path: '/sfdead' },
      expect: { status: 502, body: '', headers: { 'content-length': '11' } },
    },
    { name: 'an unknown host name: 502', send: { path: '/sfname' }, expect: badGateway },
    {
      name: 'https to a plain http server: 500',
      send: { path: '/sftls' },
      expect: gateway(500, 'Internal Server Error'),
    },
    { name: 'a reset before the answer: 502', send: { method: 'POST', path: '/sf?mode=reset' }, expect: badGateway },
    {
      name: 'a clean close before the answer: 502',
      send: { method: 'POST', path: '/sf?mode=hangup' },
      expect: badGateway,
    },
    { name: 'a GET, too', send: { path: '/sf?mode=reset' }, expect: badGateway },
    { name: 'no bytes, then the end: 502', send: { path: '/sfw/silence' }, expect: badGateway },
    { name: 'no bytes, then a reset: 502', send: { path: '/sfw/silentreset' }, expect: badGateway },
    {
      name: 'slower than responseHeaderTimeout: 504',
      send: { path: '/sfslow?mode=slow&ms=4000' },
      expect: { ...gateway(504, 'Gateway Timeout'), cookies: ['s={a.hash}; Path=/'] },
    },
    { name: 'a slow body is not cut by it', send: { path: '/sfslow?mode=slow&ms=10' }, expect: { status: 200 } },
    cut('a farewell in mid-answer, sized', 'half'),
    cut('a reset in mid-answer, sized', 'half-reset'),
    cut('a farewell in mid-answer, chunked', 'fin'),
    cut('a reset in mid-answer, chunked', 'abort'),
    {
      name: 'fewer bytes than promised',
      send: { path: '/sfw/short' },
      expect: { complete: false, ended: /end|reset/ },
    },
    { name: 'no last chunk', send: { path: '/sfw/nochunkend' }, expect: { complete: false, ended: /end|reset/ } },
    {
      name: 'an invalid chunk size',
      send: { path: '/sfw/badchunk' },
      expect: { complete: false, ended: /end|reset/ },
    },
    { name: 'garbage: 500', send: { path: '/sfw/garbage' }, expect: gateway(500, 'Internal Server Error') },
    { name: 'half a head: 500', send: { path: '/sfw/halfhead' }, expect: gateway(500, 'Internal Server Error') },
    { name: 'half a status line: 500', send: { path: '/sfw/halfline' }, expect: gateway(500, 'Internal Server Error') },
    {
      name: 'a control byte in a header',
      send: { path: '/sfw/control' },
      expect: gateway(500, 'Internal Server Error'),
    },
    { name: 'two lengths', send: { path: '/sfw/twolengths' }, expect: gateway(500, 'Internal Server Error') },
    {
      name: 'two equal lengths',
      send: { path: '/sfw/samelengths' },
      ...strict({ body: 'ok', headers: { 'content-length': '2' } }),
    },
    { name: 'an invalid length', send: { path: '/sfw/badlength' }, expect: gateway(500, 'Internal Server Error') },
    {
      name: 'a length and chunks',
      send: { path: '/sfw/both' },
      ...strict({ body: 'hello', headers: { 'content-length': null } }),
    },
    {
      name: 'an unknown transfer coding',
      send: { path: '/sfw/coding' },
      expect: gateway(500, 'Internal Server Error'),
    },
    {
      name: 'chunked twice',
      send: { path: '/sfw/chunkedtwice' },
      expect: gateway(500, 'Internal Server Error'),
    },
    {
      name: 'a control byte in the phrase',
      send: { path: '/sfw/phrase' },
      expect: { status: 200, reason: 'OK', body: 'ok' },
    },
    {
      name: 'non-ASCII letters in the phrase',
      send: { path: '/sfw/utf8phrase' },
      expect: { status: 200, reason: 'OK', body: 'ok' },
    },
    {
      name: 'non-ASCII letters in a header',
      send: { path: '/sfw/utf8header' },
      expect: { status: 200, headers: { 'x-a': '\xc3\xa9' } },
    },
    {
      name: 'a header of 20 KB',
      play: async (lab) => (await lab.send({ path: '/sfw/longheader' })).headers['x-a']?.[0]?.length,
      expect: 20_000,
    },
    {
      name: '204 with chunks',
      send: { path: '/sfw/nocontentchunked' },
      expect: { status: 204, body: '', headers: { 'transfer-encoding': null } },
    },
    {
      name: 'bytes after the answer reach no client',
      send: { raw: 'GET /sfw/more HTTP/1.1\r\nHost: l\r\n\r\nGET /sfw/plain HTTP/1.1\r\nHost: l\r\n\r\n', answers: 2 },
      expect: { statuses: [200, 200], body: 'ok' },
    },
    { name: 'an empty header name', send: { path: '/sfw/noname' }, expect: gateway(500, 'Internal Server Error') },
    {
      name: 'a header line without a colon',
      send: { path: '/sfw/nocolon' },
      expect: gateway(500, 'Internal Server Error'),
    },
    {
      name: 'bare line feeds',
      send: { path: '/sfw/barelf' },
      ...strict({ body: 'ok', headers: { 'x-a': '1' } }),
    },
    { name: 'a folded header', send: { path: '/sfw/fold' }, ...strict({ headers: { 'x-a': '1 2' } }) },
    { name: 'HTTP/2.0 in the status line', send: { path: '/sfw/http2' }, expect: { status: 200 } },
    { name: 'HTTP/0.9 in the status line', send: { path: '/sfw/http09' }, expect: { status: 200 } },
    {
      name: 'a status below 100',
      send: { path: '/sfw/lowstatus' },
      differs: {
        id: 'low-status',
        traefik: { status: undefined, ended: 'end' },
        router: gateway(500, 'Internal Server Error'),
      },
    },
    { name: 'an unrequested 101', send: { path: '/sfw/switching' }, expect: { status: 500 } },
    { name: 'Trailer and a length', send: { path: '/sfw/trailerlength' }, expect: { status: 200, body: 'ok' } },
    { name: '40 cookies', play: async (lab) => (await lab.send({ path: '/sfw/cookies' })).cookies.length, expect: 40 },
    {
      name: 'a stale keep-alive connection: GET is repeated',
      play: async (lab) => {
        await lab.send({ path: '/sfw/plain' });
        return (await lab.send({ path: '/sfw/plain' })).status;
      },
      expect: 200,
    },
  ],
};
