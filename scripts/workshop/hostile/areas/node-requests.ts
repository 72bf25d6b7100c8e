/** Requests to a node that are invalid or not allowed, and the status of each. */

export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** In its own session. */
  readonly within: true;
};
type Row = Partial<Sent> & { readonly name: string; readonly expect: string | RegExp };

const rpc = (method: string, params: unknown = {}, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });
const REFUSED = /^4\d\d$/;
/** Answered as a failed call, or refused. */
const BOUNDED = /^(?:200|202|4\d\d)$/;

const origins: readonly Row[] = [
  'http://evil.example',
  'null',
  'http://localhost.evil.example',
  'http://127.0.0.1.nip.io',
  'file://',
  'http://evil.example:80',
  'http://localhost@evil.example',
].flatMap((origin) =>
  ['POST', 'GET', 'DELETE'].map(
    (method): Row => ({
      name: `${method} from ${origin}`,
      method,
      headers: [`Origin: ${origin}`],
      ...(method === 'POST' && { body: rpc('initialize') }),
      expect: '403',
    }),
  ),
);
const hosts: readonly Row[] = [
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.nip.io',
  '[::1].evil.example',
  'localhost:80:80',
  'localhost@evil.example',
  '0.0.0.0',
  '127.0.0.1\\.evil.example',
  'ｌocalhost',
].map((host) => ({
  name: `a Host of ${host}`,
  host: Buffer.from(host).toString('latin1'),
  body: rpc('initialize'),
  expect: /^40[03]$/,
}));
const ids: readonly Row[] = [
  ['an id that nobody has', 'n1.11111111-1111-4111-8111-111111111111'],
  ['an id of another node', 'n2.11111111-1111-4111-8111-111111111111'],
  ['an id of no node', 'zzz'],
  ['a star', '*'],
  ['a path', '../../etc/passwd'],
  ['__proto__', '__proto__'],
  ['10 KB', 'n1.'.padEnd(10_000, 'a')],
  ['a colon', 'n1.a:b'],
  ['bytes above 127', 'n1.\xe9\xff'],
  ['a tab', 'n1.\ta'],
].flatMap(([what, id]) =>
  ['POST', 'GET', 'DELETE'].map(
    (method): Row => ({
      name: `${method} with an id that is ${what}`,
      method,
      headers: [`Mcp-Session-Id: ${id}`],
      ...(method === 'POST' && { body: rpc('ping') }),
      expect: REFUSED,
    }),
  ),
);

const bodies: readonly Row[] = [
  ['nothing', ''],
  ['{}', '{}'],
  ['[]', '[]'],
  ['null', 'null'],
  ['a number', '1'],
  ['NaN', '{"jsonrpc":"2.0","id":NaN,"method":"ping"}'],
  ['a mark of byte order', '\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}'],
  ['half of JSON', '{"jsonrpc":"2.0","id":1,'],
  ['bytes that are no UTF-8', '{"jsonrpc":"2.0","id":1,"method":"\xff\xfe"}'],
  ['brackets, 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['objects, 50,000 deep', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  [
    '100,000 keys',
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'ping',
      params: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 1])),
    }),
  ],
  [
    '__proto__',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"__proto__","arguments":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}}',
  ],
  [
    'a batch of 1,000',
    JSON.stringify(Array.from({ length: 1_000 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }))),
  ],
  ['a batch of one id', JSON.stringify(Array.from({ length: 10 }, () => ({ jsonrpc: '2.0', id: 1, method: 'ping' })))],
  ['5 MB', rpc('ping', { a: 'x'.repeat(5_000_000) })],
  ['an id that is an object', rpc('ping', {}, { a: 1 })],
  ['an id of 1 MB', rpc('ping', {}, 'x'.repeat(1_000_000))],
  ['a method that every object has', rpc('toString')],
  ['a method of 1 MB', rpc('m'.repeat(1_000_000))],
  ['an answer without a request', '{"jsonrpc":"2.0","id":"forged","result":{}}'],
  ['a cancellation of nothing', '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"forged"}}'],
].flatMap(([what, body = '']) => [
  { name: `a body that is ${what}, without a session`, body, expect: /^(?:202|4\d\d)$/ },
  { name: `a body that is ${what}, within a session`, body, within: true as const, expect: BOUNDED },
]);

const graphql = (name: string, query: string): Row => ({
  name,
  path: '/graphql',
  headers: ['Accept: application/json'],
  body: JSON.stringify({ query }),
  expect: /^(?:200|4\d\d)$/,
});
const graphqls: readonly Row[] = [
  graphql('GraphQL, 5,000 deep', `${'{ a '.repeat(5_000)}${'}'.repeat(5_000)}`),
  graphql('GraphQL, 10,000 aliases', `{ ${Array.from({ length: 10_000 }, (_, i) => `a${i}: __typename`).join(' ')} }`),
  graphql('GraphQL, fragments in a circle', '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'),
  graphql(
    'GraphQL, the schema asked for 100 times',
    `{ ${Array.from({ length: 100 }, (_, i) => `s${i}: __schema { types { fields { type { fields { name } } } } }`).join(' ')} }`,
  ),
  graphql('GraphQL, 10,000 directives', `{ __typename ${'@skip(if: false) '.repeat(10_000)} }`),
  graphql('GraphQL, 1 MB of blanks', `{ __typename ${' '.repeat(1_000_000)} }`),
  {
    name: 'GraphQL, a batch of 1,000',
    path: '/graphql',
    body: JSON.stringify(Array.from({ length: 1_000 }, () => ({ query: '{ __typename }' }))),
    expect: /^(?:200|4\d\d)$/,
  },
];

export const REQUESTS: readonly Row[] = [
  ...origins,
  ...hosts,
  ...ids,
  ...bodies,
  ...graphqls,
  { name: 'two ids', headers: ['Mcp-Session-Id: a', 'Mcp-Session-Id: b'], body: rpc('ping'), expect: REFUSED },
  { name: 'an id in the query', path: '/mcp?sessionId=n1.a', body: rpc('ping'), expect: REFUSED },
  {
    name: 'a version of 1999',
    headers: ['MCP-Protocol-Version: 1999-01-01'],
    body: rpc('ping'),
    within: true,
    expect: REFUSED,
  },
  { name: 'another content type', headers: ['Content-Type: text/plain'], body: rpc('initialize'), expect: '415' },
  { name: 'an empty Accept', headers: ['Accept: image/png'], body: rpc('initialize'), expect: '406' },
  { name: 'an unknown HTTP method', method: 'PATCH', expect: '405' },
  { name: 'an unknown path', path: '/mcp/../../etc/passwd', expect: REFUSED },
  {
    name: 'initialize within a session',
    body: rpc('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    }),
    within: true,
    expect: REFUSED,
  },
];
