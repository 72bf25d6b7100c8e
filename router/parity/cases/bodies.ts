import { gzipSync } from 'node:zlib';
import type { Area } from '../case.ts';
import { pool, prefix } from './parts.ts';

const big = 'x'.repeat(3_000_000);
const chunked = (body: string, trailers = '') => `${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailers}\r\n`;

const packed = gzipSync('plain words').toString('latin1');

export const bodies: Area = {
  name: 'bodies',
  origins: ['a'],
  scripts: {
    '/wire/old': { answer: 'HTTP/1.0 200 OK\r\nX-W: 1\r\n\r\nuntil the end', ends: 'end' },
    '/wire/chunked': {
      answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
    },
    '/wire/extension': { answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n' },
    '/wire/trailers': {
      answer:
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-Other: 1\r\n\r\n',
    },
    '/wire/hints': {
      answer: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    },
    '/wire/processing': {
      answer:
        'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    },
    '/wire/continue': { answer: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' },
    '/wire/packed': {
      answer: `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n${packed}`,
    },
    '/wire/empty': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' },
    '/wire/type': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html></html>xx' },
    '/wire/notmodified': { answer: 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 10\r\n\r\n' },
    '/wire/nocontent': { answer: 'HTTP/1.1 204 No Content\r\nX-W: 1\r\n\r\n' },
    '/wire/head': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nContent-Type: a/b\r\n\r\n' },
    '/wire/headchunked': { answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' },
    '/wire/reason': { answer: 'HTTP/1.1 200 Fine By Me\r\nContent-Length: 2\r\n\r\nok' },
    '/wire/noreason': { answer: 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok' },
    '/wire/odd': { answer: 'HTTP/1.1 599 Odd\r\nContent-Length: 2\r\n\r\nok' },
    '/wire/999': { answer: 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok' },
  },
  http: {
    routers: { bodiesAll: prefix('/', 'bodiesA'), bodiesWire: prefix('/wire', 'bodiesWire') },
    services: { bodiesA: pool('a'), bodiesWire: { loadBalancer: { servers: [{ url: '{wire}' }] } } },
  },
  cases: [
    {
      name: 'a sized body',
      send: { method: 'POST', body: 'hello' },
      expect: { seen: { body: 'hello', headers: { 'content-length': '5', 'transfer-encoding': null } } },
    },
    {
      name: 'a chunked body',
      send: { raw: `POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n` },
      expect: { seen: { body: 'abcde', headers: { 'transfer-encoding': 'chunked', 'content-length': null } } },
    },
    {
      name: 'a chunked body, byte by byte',
      send: {
        raw: `POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
        byteByByte: true,
      },
      expect: { seen: { body: 'abcde' } },
    },
    {
      name: 'an empty chunked body',
      send: { raw: 'POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' },
      expect: { status: 200, seen: { bodyLength: 0 } },
    },
    {
      name: 'chunk extensions are dropped',
      send: { raw: 'POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n' },
      expect: { seen: { body: 'abc' } },
    },
    {
      name: 'a body of length 0',
      send: { method: 'POST', body: '' },
      expect: { seen: { bodyLength: 0, headers: { 'content-length': '0' } } },
    },
    {
      name: 'POST without a body',
      send: { method: 'POST' },
      expect: { status: 200, seen: { bodyLength: 0, headers: { 'content-length': '0', 'transfer-encoding': null } } },
    },
    {
      name: 'DELETE without a body',
      send: { method: 'DELETE' },
      expect: {
        status: 200,
        seen: { method: 'DELETE', headers: { 'transfer-encoding': null, 'content-length': null } },
      },
    },
    {
      name: 'GET with a body',
      send: { method: 'GET', body: 'abc' },
      expect: { seen: { body: 'abc', headers: { 'content-length': '3' } } },
    },
    {
      name: 'DELETE with a chunked body',
      send: { raw: `DELETE / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n${chunked('abc')}` },
      expect: { seen: { method: 'DELETE', body: 'abc' } },
    },
    {
      name: 'bytes stay bytes',
      send: { method: 'PUT', body: '\x00\xff\r\n\r\n\x80' },
      expect: { seen: { body: '\x00\xff\r\n\r\n\x80' } },
    },
    { name: '3 MB up', send: { method: 'POST', body: big }, expect: { seen: { bodyLength: 3_000_000 } } },
    {
      name: '3 MB down',
      play: async (lab) => (await lab.send({ path: '/?mode=large&size=3000000' })).body.length,
      expect: 3_000_000,
    },
    {
      name: 'two bodies on one connection',
      send: {
        raw: 'POST /1 HTTP/1.1\r\nHost: l\r\nContent-Length: 2\r\n\r\nabPOST /2 HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n',
        answers: 2,
      },
      expect: { statuses: [200, 200] },
    },
    {
      name: 'trailers of a request, announced but not passed on',
      send: {
        raw: `POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n${chunked('abc', 'X-Sum: 42\r\n')}`,
      },
      expect: { seen: { body: 'abc', trailers: { 'x-sum': null }, headers: { trailer: 'X-Sum', 'x-sum': null } } },
    },
    {
      name: 'trailers of a request, not announced',
      send: {
        raw: `POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n${chunked('abc', 'X-Sum: 42\r\n')}`,
      },
      expect: { seen: { body: 'abc', trailers: { 'x-sum': null }, headers: { trailer: null, 'x-sum': null } } },
    },
    {
      name: 'a trailer never becomes a header',
      send: {
        raw: `POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\nTrailer: Mcp-Session-Id\r\n\r\n${chunked('abc', 'Mcp-Session-Id: evil\r\n')}`,
      },
      expect: { seen: { body: 'abc', headers: { 'mcp-session-id': null } } },
    },
    {
      name: 'Trailer on a GET',
      send: { headers: { Trailer: 'X-Sum' } },
      expect: { status: 200, seen: { headers: { trailer: null } } },
    },
    {
      name: 'trailers of an answer, announced',
      send: { path: '/wire/trailers' },
      expect: { body: 'hello', headers: { trailer: 'X-Sum' }, trailers: { 'x-sum': '42', 'x-other': '1' } },
    },
    {
      name: "trailers of an answer, sent by Node's server",
      send: { path: '/?trailers' },
      expect: { status: 200, trailers: { 'x-sum': '42' } },
    },
    {
      name: 'Expect: 100-continue is answered',
      send: { raw: 'POST / HTTP/1.1\r\nHost: l\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc' },
      expect: {
        status: 200,
        interim: [{ status: 100 }],
        seen: { body: 'abc', headers: { 'x-forwarded-for': '127.0.0.1' } },
      },
    },
    {
      name: 'Expect: 100-continue is answered before the body is sent',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write('POST / HTTP/1.1\r\nHost: l\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
        const asked = await connection.until((text) => text.startsWith('HTTP/1.1 100 Continue\r\n\r\n'), 2000);
        await connection.write('abc');
        const { answers } = await connection.read();
        connection.close();
        return [asked, answers[0]?.status];
      },
      expect: [true, 200],
    },
    {
      name: 'Expect: 100-continue where no route wants the body: no 100, and the connection ends',
      send: {
        raw: 'POST / HTTP/1.1\r\nHost: l\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
        entryPoint: 'marker',
        untilClosed: true,
      },
      expect: { status: 404, interim: [], ended: 'end' },
    },
    {
      name: 'Expect in another case',
      send: { method: 'POST', headers: { Expect: '100-Continue' }, body: 'abc' },
      expect: { status: 200, interim: [{ status: 100 }] },
    },
    {
      name: 'Expect without a body: the 100 is the one of the server',
      send: { headers: { Expect: '100-continue' } },
      expect: { status: 200, interim: [{ status: 100 }] },
    },
    {
      name: 'an unknown expectation: 417',
      send: { method: 'POST', headers: { Expect: 'banana' }, body: 'abc', untilClosed: true },
      expect: { statuses: [417], ended: 'end', headers: { connection: ['close'], 'content-length': ['0'] } },
    },
    {
      name: 'early hints pass',
      send: { path: '/wire/hints' },
      expect: {
        status: 200,
        body: 'ok',
        interim: [{ status: 103, headers: { link: '</a>' } }],
        headers: { link: null },
      },
    },
    {
      name: 'each interim answer passes',
      send: { path: '/wire/processing' },
      expect: { status: 200, interim: [{ status: 102 }, { status: 103, headers: { link: '</b>' } }] },
    },
    {
      name: 'an unrequested 100 is passed on',
      send: { path: '/wire/continue' },
      differs: {
        id: 'unasked-100',
        traefik: { status: 200, interim: [{ status: 100 }] },
        router: { status: 500, interim: [] },
      },
    },
    {
      name: 'an answer until the end of the connection',
      send: { path: '/wire/old' },
      expect: { status: 200, body: 'until the end', framing: 'chunked', headers: { 'x-w': '1', connection: null } },
    },
    {
      name: 'a chunked answer stays chunked',
      send: { path: '/wire/chunked' },
      expect: { body: 'hello world', framing: 'chunked', headers: { 'content-length': null } },
    },
    {
      name: 'a chunked answer to HTTP/1.0',
      send: { raw: 'GET /wire/chunked HTTP/1.0\r\nHost: l\r\n\r\n', untilClosed: true },
      expect: { body: 'hello world', framing: 'until-close', headers: { 'transfer-encoding': null } },
    },
    {
      name: 'chunk extensions of an answer are dropped',
      send: { path: '/wire/extension' },
      expect: { body: 'hello', framing: 'chunked' },
    },
    {
      name: 'a compressed answer that was not requested',
      send: { path: '/wire/packed' },
      differs: {
        id: 'accept-encoding',
        traefik: { body: 'plain words', headers: { 'content-encoding': null } },
        router: { body: packed, headers: { 'content-encoding': 'gzip' } },
      },
    },
    {
      name: 'a compressed answer that was requested',
      send: { path: '/wire/packed', headers: { 'Accept-Encoding': 'gzip' } },
      expect: { body: packed, headers: { 'content-encoding': 'gzip' } },
    },
    {
      name: 'an empty answer',
      send: { path: '/wire/empty' },
      expect: { status: 200, body: '', headers: { 'content-length': '0', 'content-type': null } },
    },
    {
      name: 'no content type is added',
      send: { path: '/wire/type' },
      expect: { status: 200, headers: { 'content-type': null } },
    },
    {
      name: '304 keeps its headers but not the length',
      send: { path: '/wire/notmodified' },
      expect: { status: 304, body: '', headers: { etag: '"x"', 'content-length': null } },
    },
    {
      name: '204 has no body and no length',
      send: { path: '/wire/nocontent' },
      expect: { status: 204, body: '', headers: { 'x-w': '1', 'content-length': null, 'transfer-encoding': null } },
    },
    {
      name: 'HEAD keeps the length',
      send: { method: 'HEAD', path: '/wire/head' },
      expect: { status: 200, body: '', headers: { 'content-length': '1234', 'content-type': 'a/b' } },
    },
    {
      name: 'HEAD, chunked',
      send: { method: 'HEAD', path: '/wire/headchunked' },
      expect: { status: 200, body: '', headers: { 'content-length': null } },
    },
    {
      name: 'the standard reason phrase is sent',
      send: { path: '/wire/reason' },
      expect: { status: 200, reason: 'OK' },
    },
    { name: 'a status line without a phrase', send: { path: '/wire/noreason' }, expect: { status: 200, reason: 'OK' } },
    { name: 'an unknown status', send: { path: '/wire/odd' }, expect: { status: 599, reason: 'status code 599' } },
    { name: 'a status of 999', send: { path: '/wire/999' }, expect: { status: 999 } },
    {
      name: 'an early answer arrives before the body is complete',
      send: { raw: `POST /?mode=early HTTP/1.1\r\nHost: l\r\nContent-Length: 3000000\r\n\r\n${big}` },
      expect: { status: 413, body: 'too much' },
    },
    {
      name: 'a half-closed connection',
      send: { path: '/?mode=never', halfClose: true },
      differs: { id: 'half-close', traefik: { status: 499 }, router: { status: undefined, ended: 'end' } },
    },
  ],
};
