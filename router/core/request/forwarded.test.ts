import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleRequest } from '../service/test-examples.ts';
import {
  dropConnectionHeaders,
  isHopByHop,
  isManaged,
  outgoingHeaders,
  outgoingUpgradeHeaders,
  setForwarded,
} from './forwarded.ts';
import { HeaderList } from './header-list.ts';

type Headers = readonly (readonly [name: string, value: string])[];

const after = (headers: Headers, change: (list: HeaderList) => void): Record<string, string> => {
  const list = HeaderList.from(headers);
  change(list);
  const found = [...list].map(([name]) => [name, list.all(name).join(' | ')] as const);
  return Object.fromEntries(found);
};

for (const name of [
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-uri',
  'x-forwarded-method',
  'x-forwarded-prefix',
  'x-forwarded-tls-client-cert',
  'x-forwarded-tls-client-cert-info',
  'x-scheme',
  'x-real-ip',
  'x_forwarded_for',
  'x-forwarded_tls_client-cert',
])
  test(`${name} is written by Traefik alone`, () => assert.equal(isManaged(name), true));

for (const name of ['x-forwarded', 'x-forwarded-by', 'x-other', 'x_other', 'forwarded', 'y-real-ip', ''])
  test(`${JSON.stringify(name)} comes from the client`, () => assert.equal(isManaged(name), false));

const HOP_BY_HOP =
  'connection proxy-connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade';

test('hop-by-hop headers are not passed on', () => {
  for (const name of HOP_BY_HOP.split(' ')) assert.equal(isHopByHop(name), true);
  for (const name of ['host', 'accept', 'trailers', 'mcp-session-id', '']) assert.equal(isHopByHop(name), false);
});

for (const { when, headers, are } of [
  { when: 'there is no Connection', headers: [['upgrade', 'h2c']], are: { upgrade: 'h2c' } },
  {
    when: 'it lists nothing',
    headers: [
      ['connection', ''],
      ['a', '1'],
    ],
    are: { a: '1' },
  },
  {
    when: 'it lists headers, in any case and in several lines',
    headers: [
      ['connection', 'A, close ,\xa0b'],
      ['connection', '\tC '],
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
    are: { b: '2' },
  },
  {
    when: 'it lists what Traefik writes',
    headers: [
      ['connection', 'x-real-ip, x_forwarded_for'],
      ['x-real-ip', '1'],
      ['x_forwarded_for', '2'],
    ],
    are: { 'x-real-ip': '1', x_forwarded_for: '2' },
  },
  {
    when: 'it wishes to upgrade',
    headers: [
      ['connection', 'keep-alive, Upgrade'],
      ['upgrade', 'websocket'],
      ['keep-alive', '5'],
    ],
    are: { connection: 'Upgrade', upgrade: 'websocket' },
  },
  {
    when: 'it wishes to upgrade to nothing',
    headers: [
      ['connection', 'upgrade'],
      ['upgrade', ''],
    ],
    are: {},
  },
  { when: 'it wishes to upgrade and does not say to what', headers: [['connection', 'upgrade']], are: {} },
  {
    when: 'it keeps the upgrade to itself',
    headers: [
      ['connection', 'close'],
      ['upgrade', 'h2c'],
    ],
    are: { upgrade: 'h2c' },
  },
] as const)
  test(`the headers that remain of a request when ${when}`, () =>
    assert.deepEqual(after(headers, dropConnectionHeaders), are));

const FROM = { trusted: false, tls: false, remoteAddress: '192.0.2.1', host: 'mcp.example', hostname: 'edge' };
const UPGRADE: Headers = [
  ['upgrade', 'WebSocket'],
  ['connection', 'Upgrade'],
];
const BASIC = {
  'x-real-ip': '192.0.2.1',
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '80',
  'x-forwarded-host': 'mcp.example',
  'x-forwarded-server': 'edge',
};

for (const { when, headers = [], from, are } of [
  { when: 'the request came in the clear', from: {}, are: BASIC },
  {
    when: 'it came over TLS',
    from: { tls: true },
    are: { ...BASIC, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  },
  {
    when: 'its host has a port',
    from: { host: 'a:8080' },
    are: { ...BASIC, 'x-forwarded-port': '8080', 'x-forwarded-host': 'a:8080' },
  },
  {
    when: 'its address has a zone',
    from: { remoteAddress: 'fe80::1%eth0' },
    are: { ...BASIC, 'x-real-ip': 'fe80::1' },
  },
  {
    when: 'it wants a websocket',
    headers: UPGRADE,
    from: {},
    are: { ...BASIC, 'x-forwarded-proto': 'ws', ...Object.fromEntries(UPGRADE) },
  },
  {
    when: 'it wants a websocket over TLS',
    headers: UPGRADE,
    from: { tls: true },
    are: { ...BASIC, 'x-forwarded-proto': 'wss', 'x-forwarded-port': '443', ...Object.fromEntries(UPGRADE) },
  },
  {
    when: 'it wants something else',
    headers: [
      ['upgrade', 'h2c'],
      ['connection', 'Upgrade'],
    ],
    from: {},
    are: { ...BASIC, upgrade: 'h2c', connection: 'Upgrade' },
  },
  {
    when: 'it names a websocket and no connection',
    headers: [['upgrade', 'websocket']],
    from: {},
    are: { ...BASIC, upgrade: 'websocket' },
  },
] as readonly { when: string; headers?: Headers; from: object; are: object }[])
  test(`the headers that a server gets about an untrusted client when ${when}`, () =>
    assert.deepEqual(
      after(headers, (list) => setForwarded(list, { ...FROM, ...from })),
      are,
    ));

test('a request without a host has no forwarded host', () => {
  const { 'x-forwarded-host': _, ...rest } = BASIC;
  for (const trusted of [false, true])
    assert.deepEqual(
      after([], (list) => setForwarded(list, { ...FROM, trusted, host: '' })),
      rest,
    );
});

test('a trusted peer’s headers stay, and only missing ones are added', () => {
  const trusted = (headers: Headers, from: object = {}) =>
    after(headers, (list) => setForwarded(list, { ...FROM, trusted: true, ...from }));
  assert.deepEqual(trusted([]), BASIC);
  const own = {
    'x-real-ip': '203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '8443',
    'x-forwarded-host': 'public.example',
    'x-forwarded-for': '203.0.113.9',
  };
  assert.deepEqual(trusted(Object.entries(own)), { ...own, 'x-forwarded-server': 'edge' });
  assert.equal(trusted([['x-forwarded-server', 'other']])['x-forwarded-server'], 'edge');
  assert.equal(trusted([['x-forwarded-proto', 'https']])['x-forwarded-port'], '443');
  assert.equal(trusted([['x-forwarded-proto', 'wss']])['x-forwarded-port'], '443');
  assert.equal(trusted([['x-forwarded-proto', 'http']], { tls: true })['x-forwarded-port'], '443');
  assert.deepEqual(
    trusted([
      ['x-real-ip', ''],
      ['x-forwarded-proto', ''],
      ['x-forwarded-port', ''],
    ]),
    BASIC,
  );
  const schemes: Headers = [
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-proto', 'http'],
  ];
  assert.equal(trusted(schemes)['x-forwarded-proto'], 'https | http');
  const several: Headers = [
    ['x-forwarded-for', '203.0.113.9'],
    ['x-forwarded-for', '198.51.100.2'],
  ];
  assert.equal(trusted(several)['x-forwarded-for'], '203.0.113.9, 198.51.100.2');
});

const sent = (headers: Headers, { omitForwardedFor = false } = {}): string[][] => {
  const request = { ...exampleRequest(), remoteAddress: '192.0.2.1', headers: HeaderList.from(headers) };
  const flat = outgoingHeaders(request, { host: 'n1:8080', omitForwardedFor });
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]!]] : []));
};
const HOST = ['Host', 'n1:8080'];
const OWN = ['X-Forwarded-For', '192.0.2.1'];

test('names are spelled as Go spells them, in their original order', () => {
  const headers: Headers = [
    ['mcp-session-id', 'n1.x'],
    ['accept', 'a'],
    ['accept', 'b'],
  ];
  const written = [
    ['Mcp-Session-Id', 'n1.x'],
    ['Accept', 'a'],
    ['Accept', 'b'],
  ];
  assert.deepEqual(sent(headers), [HOST, ...written, OWN]);
});

test('hop-by-hop headers and Expect are not sent on', () => {
  const headers = [...HOP_BY_HOP.split(' ').filter((name) => name !== 'te'), 'expect'].map(
    (name) => [name, 'x'] as const,
  );
  assert.deepEqual(sent([['te', 'gzip'], ...headers.filter(([name]) => name !== 'trailer')]), [HOST, OWN]);
});

test('the peer’s address is appended, unless the setting says otherwise', () => {
  const headers: Headers = [
    ['x-forwarded-for', '203.0.113.9'],
    ['x-forwarded-for', '198.51.100.2'],
  ];
  assert.deepEqual(sent(headers), [HOST, ['X-Forwarded-For', '203.0.113.9, 198.51.100.2, 192.0.2.1']]);
  assert.deepEqual(sent(headers, { omitForwardedFor: true }), [HOST, ['X-Forwarded-For', '203.0.113.9, 198.51.100.2']]);
  assert.deepEqual(sent([], { omitForwardedFor: true }), [HOST]);
});

test('one User-Agent is sent on, never an empty one', () => {
  assert.deepEqual(
    sent([
      ['user-agent', 'a'],
      ['user-agent', 'b'],
    ]),
    [HOST, ['User-Agent', 'a'], OWN],
  );
  assert.deepEqual(
    sent([
      ['user-agent', ''],
      ['user-agent', 'b'],
    ]),
    [HOST, OWN],
  );
});

for (const [te, passes] of [
  [['trailers'], true],
  [['gzip, Trailers ;q=1'], false],
  [['gzip , TRAILERS '], true],
  [['gzip', 'trailers'], true],
  [['trailers', 'gzip'], true],
  [['xtrailers'], false],
  [['trailersx'], false],
  [['gzip'], false],
] as const)
  test(`TE ${te.join(' and ')} ${passes ? 'is sent on as a request for trailers' : 'stops here'}`, () => {
    const told = sent(te.map((value) => ['te', value])).filter(([name]) => name === 'Te');
    assert.deepEqual(told, passes ? [['Te', 'trailers']] : []);
  });

test('trailers are announced once, in order, where a body in chunks can have them', () => {
  const announced: Headers = [
    ['trailer', 'X-b , x-A'],
    ['trailer', 'X-B'],
  ];
  const told = (headers: Headers) => sent(headers).filter(([name]) => name === 'Trailer');
  assert.deepEqual(told([...announced, ['transfer-encoding', 'chunked']]), [['Trailer', 'X-A,X-B']]);
  assert.deepEqual(told(announced), []);
  assert.deepEqual(told([['transfer-encoding', 'chunked']]), []);
});

test('an upgrade is requested with the header case of its standard', () => {
  const names = ['Key', 'Extensions', 'Accept', 'Protocol', 'Version'].map((name) => `Sec-WebSocket-${name}`);
  const headers: Headers = [...UPGRADE, ['x-name', 'sec-websocket-key'], ...names.map((name) => [name, 'x'] as const)];
  const request = { ...exampleRequest(), headers: HeaderList.from(headers) };
  assert.deepEqual(outgoingUpgradeHeaders(request, { host: 'n1', omitForwardedFor: true }), [
    ...['Host', 'n1', 'X-Name', 'sec-websocket-key'],
    ...names.flatMap((name) => [name, 'x']),
    ...['Connection', 'Upgrade', 'Upgrade', 'WebSocket'],
  ]);
});
