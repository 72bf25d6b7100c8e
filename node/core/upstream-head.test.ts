import assert from 'node:assert/strict';
import test from 'node:test';
import { headersOnBehalf, headersToClient, headersToServer } from './upstream-head.ts';

const toServer = (...headers: string[]) => headersToServer(headers, { host: 'localhost:9000', session: 'a' });

test('a request gets the id that its server knows and the name of the server; order and case stay', () => {
  const asked = ['X-B', '1', 'HOST', 'mcp.example.com', 'Mcp-Session-Id', 'n1.a', 'x-a', '2', 'X-B', '3'];
  const given = ['X-B', '1', 'HOST', 'localhost:9000', 'Mcp-Session-Id', 'a', 'x-a', '2', 'X-B', '3'];
  assert.deepEqual(toServer(...asked), given);
});

test('where Host is passed on it stays, and an id that is no session of ours does not reach the server', () => {
  const headers = ['Host', 'mcp.example.com', 'mcp-session-id', 'whatever'];
  const given = headersToServer(headers, { host: undefined, session: undefined });
  assert.deepEqual(given, ['Host', 'mcp.example.com']);
});

test('of a session id that is empty and one that is not, the server gets one; Connection cannot take it away', () => {
  const named = ['Connection', 'close, mcp-session-id', 'Mcp-Session-Id', '', 'mcp-session-id', 'n1.a'];
  assert.deepEqual(toServer(...named), ['mcp-session-id', 'a']);
});

test('what concerns one connection only stays there, and what that names', () => {
  const hop = [
    'Connection',
    'close, X-Hop',
    'X-Hop',
    '1',
    'keep-alive',
    '5',
    'TE',
    'trailers',
    'Expect',
    '100-continue',
  ];
  assert.deepEqual(toServer(...hop, 'Transfer-Encoding', 'chunked', 'Upgrade', 'h2c', 'X-Stays', '1'), [
    'X-Stays',
    '1',
  ]);
});

for (const [location, told] of [
  ['http://localhost:9000/mcp/?a=1', '/mcp/?a=1'],
  ['http://localhost:9000', '/'],
  ['http://localhost:9000?a', '?a'],
  ['http://localhost:90001/mcp', 'http://localhost:90001/mcp'],
  ['https://login.example.com/', 'https://login.example.com/'],
  ['/mcp/', '/mcp/'],
] as const)
  test(`a redirect to ${location} goes to ${told}`, () => {
    const given = headersToClient(['Location', location], { node: 'n1', origin: 'http://localhost:9000' });
    assert.deepEqual(given, ['Location', told]);
    assert.deepEqual(headersToClient(['Location', location], { node: 'n1', origin: undefined }), [
      'Location',
      location,
    ]);
  });

test('an answer gets the name of the node before its session id', () => {
  const headers = headersToClient(['MCP-Session-Id', 'a.b', 'Date', 'x'], { node: 'n1', origin: undefined });
  assert.deepEqual(headers, ['MCP-Session-Id', 'n1.a.b', 'Date', 'x']);
});

test('a request of our own on behalf of a client says who it is and nothing of its body', () => {
  const headers = [
    'Authorization',
    'x',
    'Content-Type',
    'y',
    'Content-Length',
    '1',
    'Accept',
    'z',
    'Cookie',
    'c',
    'Mcp-Name',
    'n',
  ];
  assert.deepEqual(headersOnBehalf(headers), ['Authorization', 'x', 'Cookie', 'c']);
});
