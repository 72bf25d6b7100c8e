import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import test from 'node:test';
import { badRequestBytes, bodyAgain, withoutUpgrade } from './wire.ts';

const head = (...rawHeaders: string[]): string =>
  withoutUpgrade({
    method: 'POST',
    url: '/mcp?x=1',
    httpVersion: '1.1',
    rawHeaders,
  } as unknown as IncomingMessage).toString('latin1');

test('a request for h2c is rewritten without it, with all other bytes unchanged', () => {
  assert.equal(
    head(
      'Host',
      'h',
      'Connection',
      'Upgrade, HTTP2-Settings, keep-alive',
      'Upgrade',
      'h2c',
      'HTTP2-Settings',
      'AAMAAABk',
      'X-Ä',
      'ü',
    ),
    'POST /mcp?x=1 HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nX-Ä: ü\r\n\r\n',
  );
});

test('a Connection header that named nothing else is removed with it', () => {
  assert.equal(
    head('Host', 'h', 'connection', 'upgrade', 'upgrade', 'h2c'),
    'POST /mcp?x=1 HTTP/1.1\r\nHost: h\r\n\r\n',
  );
});

test('invalid requests get Go’s answer, and the connection closes', () => {
  assert.equal(
    badRequestBytes(400),
    'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request',
  );
});

for (const { what, headers, body, trailers = [], taken = true, wire } of [
  { what: 'a body of a known length', headers: { 'content-length': '2' }, body: '{}', wire: '{}' },
  { what: 'no body', headers: {}, body: null, wire: '' },
  { what: 'chunks', headers: { 'transfer-encoding': 'chunked' }, body: '{}', wire: '2\r\n{}\r\n0\r\n\r\n' },
  { what: 'the end of no chunks', headers: { 'transfer-encoding': 'chunked' }, body: null, wire: '0\r\n\r\n' },
  {
    what: 'chunks with trailers',
    headers: { 'transfer-encoding': 'chunked' },
    body: 'a',
    trailers: ['X-T', 't'],
    wire: '1\r\na\r\n0\r\nX-T: t\r\n\r\n',
  },
  { what: 'nothing that is still there', headers: { 'content-length': '2' }, body: '{}', taken: false, wire: '' },
])
  test(`what Node has read from the socket is put back: ${what}`, () => {
    const read = (): Buffer | null => (body === null ? null : Buffer.from(body));
    assert.equal(bodyAgain({ headers, rawTrailers: trailers, read }, taken).toString('latin1'), wire);
  });
