import assert from 'node:assert/strict';
import test from 'node:test';
import { headersOnBehalf, headersToClient, headersToServer, readableType, valuesOf } from './upstream-head.ts';

const toServer = (...headers: string[]) => headersToServer(headers, { host: 'localhost:9000', session: 'a' });

test('a request gets the id that its server knows and the name of the server; order and case stay', () => {
  const asked = ['X-B', '1', 'HOST', 'mcp.example.com', 'Mcp-Session-Id', 'n1.a', 'x-a', '2', 'X-B', '3'];
  const given = ['X-B', '1', 'HOST', 'localhost:9000', 'Mcp-Session-Id', 'a', 'x-a', '2', 'X-B', '3'];
  assert.deepEqual(toServer(...asked), given);
});

test('with passHostHeader Host stays, and a foreign session id does not reach the server', () => {
  const headers = ['Host', 'mcp.example.com', 'mcp-session-id', 'whatever'];
  const given = headersToServer(headers, { host: undefined, session: undefined });
  assert.deepEqual(given, ['Host', 'mcp.example.com']);
});

test('a value that is the name of a header is only a value', () => {
  assert.deepEqual(
    valuesOf(['X-Note', 'connection', 'Accept', '1', 'Connection', 'x', 'connection', 'y'], 'connection'),
    ['x', 'y'],
  );
  assert.deepEqual(toServer('X-Note', 'connection', 'Accept', '1'), ['X-Note', 'connection', 'Accept', '1']);
});

for (const { what, headers, type } of [
  { what: 'no type', headers: [], type: '' },
  { what: 'a type in any case', headers: ['Content-Type', 'Application/JSON'], type: 'application/json' },
  { what: 'no coding', headers: ['Content-Encoding', '', 'Content-Type', 'a/b'], type: 'a/b' },
  {
    what: 'the coding that changes nothing',
    headers: ['Content-Encoding', 'Identity', 'Content-Type', 'a/b'],
    type: 'a/b',
  },
  { what: 'a coding', headers: ['Content-Encoding', 'gzip', 'Content-Type', 'a/b'], type: undefined },
  {
    what: 'a coding besides one that changes nothing',
    headers: ['Content-Encoding', 'identity', 'Content-Encoding', 'br', 'Content-Type', 'a/b'],
    type: undefined,
  },
  { what: 'a coding that begins alike', headers: ['Content-Encoding', 'identity2'], type: undefined },
  { what: 'a coding that ends alike', headers: ['Content-Encoding', 'x-identity'], type: undefined },
])
  test(`a body with ${what} ${type === undefined ? 'cannot be read' : `is of type ${JSON.stringify(type)}`}`, () =>
    assert.equal(readableType(headers), type));

const renamed = (node: string | undefined, ...headers: string[]) =>
  headersToServer(headers, { host: undefined, session: undefined, renamed: { node, length: 12 } });

test('a body that was read for task ids has a new length, and its answer may not be compressed', () => {
  const headers = ['Content-Length', '15', 'Accept-Encoding', 'gzip', 'Accept', 'a/b', 'X-Task', 'n1.t'];
  assert.deepEqual(renamed('n1', ...headers), [
    ...['Content-Length', '12', 'Accept-Encoding', 'identity', 'Accept', 'a/b', 'X-Task', 'n1.t'],
  ]);
  assert.deepEqual(toServer(...headers), headers);
});

const coded = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

for (const { what, name, sent } of [
  { what: 'the name of the node goes', name: 'n1.t', sent: 't' },
  { what: 'the name of another node stays', name: 'n2.t', sent: 'n2.t' },
  { what: 'it goes in a coded value too', name: coded('n1.ü'), sent: coded('ü') },
  { what: 'and only from its beginning', name: coded('ün1.'), sent: coded('ün1.') },
  { what: 'what was coded otherwise stays so', name: '=?base64?dA?=', sent: '=?base64?dA?=' },
  { what: 'a value with more before its code is none', name: `x${coded('n1.t')}`, sent: `x${coded('n1.t')}` },
  { what: 'nor is one with more behind it', name: `${coded('n1.t')}x`, sent: `${coded('n1.t')}x` },
])
  test(`of a task in Mcp-Name, ${what}`, () => {
    assert.deepEqual(renamed('n1', 'Mcp-Name', name), ['Mcp-Name', sent]);
    assert.deepEqual(renamed(undefined, 'Mcp-Name', name), ['Mcp-Name', name]);
  });

test('of an empty session id and a real one the server gets the real one; Connection cannot remove it', () => {
  const named = ['Connection', 'close, mcp-session-id', 'Mcp-Session-Id', ' ', 'mcp-session-id', 'n1.a'];
  assert.deepEqual(toServer(...named), ['mcp-session-id', 'a']);
});

test('hop-by-hop headers are not passed on, nor those that Connection names', () => {
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
    ...['Proxy-Connection', 'close', 'Proxy-Authenticate', 'Basic', 'Proxy-Authorization', 'Basic x', 'Trailer', 'X-T'],
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

test('a session that is not kept here is not named to the client', () => {
  assert.deepEqual(headersToClient(['Mcp-Session-Id', 'a'], { node: undefined, origin: undefined }), []);
});

test('only a redirect is freed of the name of the server', () => {
  const headers = ['Link', 'http://localhost:9000/docs'];
  assert.deepEqual(headersToClient(headers, { node: 'n1', origin: 'http://localhost:9000' }), headers);
});

test('a request on behalf of a client has its identity and nothing about its body', () => {
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
    ...['Mcp-Method', 'm', 'Mcp-Param-Handle', 'h', 'Last-Event-ID', 'e'],
  ];
  const who = ['Authorization', 'x', 'Cookie', 'c', 'Accept-Language', 'de', 'X-Accept', 'a'];
  assert.deepEqual(headersOnBehalf([...headers, ...who.slice(4)]), who);
});
