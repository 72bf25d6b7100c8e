import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { readBySchema } from './read-by-schema.ts';
import { readTopology } from './read-topology.ts';
import { arbitraryInput } from './test-topologies.ts';
import { topologySchema } from './topology.ts';

const SMALL = 'nodes: [{id: n1, url: "http://a:1"}]\nentryPoints: {web: {address: ":80"}}\n';

const told = (text: string): string[] =>
  readTopology(text, 't.yaml').problems.map(
    ({ place, path, message, remedy }) => `${place.line}:${place.column} ${path}: ${message}; ${remedy}`,
  );

test('a small topology has a default for everything else', () => {
  const { topology } = readTopology(SMALL, 't.yaml');
  assert.deepEqual(topology?.healthCheck, {
    path: '/healthz',
    interval: '1s',
    timeout: '1s',
    ready: { path: '/readyz', interval: '2s', timeout: '1s' },
  });
  assert.deepEqual([topology?.prefix, topology?.affinity, topology?.cookie.secure], ['/mcp', 'both', true]);
});

test('a topology written as YAML is read back unchanged', () => {
  fc.assert(
    fc.property(arbitraryInput, (input) => {
      const text = stringify(input, { version: '1.1' });
      assert.deepEqual(readTopology(text, 't.yaml'), { topology: topologySchema.parse(input), problems: [] });
    }),
    { numRuns: 200, seed: 4 },
  );
});

test('the schema is described once, however many keys are unknown', () => {
  let asked = 0;
  const kind = {
    called: 'topology',
    get schema() {
      asked++;
      return topologySchema;
    },
  };
  const unknown = Array.from({ length: 50 }, (_, i) => `k${i}: 1\n`).join('');
  const { problems } = readBySchema(SMALL + unknown, 't.yaml', kind);
  assert.deepEqual([problems.length, asked], [50, 2]);
});

test('a file of more than 4 MiB is refused before it is parsed', () => {
  assert.deepEqual(told(`${SMALL}# ${'é'.repeat(2 ** 21)}`), [
    '1:1 : the file is larger than 4 MiB; split it, or write less',
  ]);
});

for (const { when, text, says } of [
  {
    when: 'the file is empty',
    text: '',
    says: [
      /^1:1 nodes: nodes is missing; write a list$/,
      /^1:1 entryPoints: entryPoints is missing; write a mapping \(One called traefik .* on the first one\)$/,
    ],
  },
  {
    when: 'it is a list',
    text: '- a',
    says: [/^1:1 : \["a"\] is not valid; write a mapping with nodes and entryPoints/],
  },
  { when: 'it is no YAML', text: 'nodes: [', says: [/^1:9 : not valid YAML/] },
  {
    when: 'a key is misspelt',
    text: `${SMALL}cookies: {}`,
    says: [/^3:1 cookies: a topology has no cookies here; did you mean cookie\?/],
  },
  {
    when: 'a key is nowhere near',
    text: `${SMALL}cookie: {zzzzzz: 1}`,
    says: [/^3:10 cookie\.zzzzzz: .*known names: name, secure/],
  },
  {
    when: 'a key is misspelt where there is a choice',
    text: `${SMALL}healthCheck: {intervall: 2s}`,
    says: [/^3:15 healthCheck\.intervall: .*did you mean interval\?/],
  },
  {
    when: 'a key is nowhere near where there is a choice',
    text: `${SMALL}healthCheck: {zzzzzz: 2s}`,
    says: [/^3:15 healthCheck\.zzzzzz: .*known names: path, interval, timeout, ready$/],
  },
  ...['localhost:6379', 'http://redis:6379', 'redis://', 'redis://a:1,b:2', 'redis+sentinel://a'].map((url) => ({
    when: `the registry is ${url}`,
    text: `${SMALL}registry: ${url}`,
    says: [/^3:1 registry: this is not a Redis URL; write redis:\/\/host:6379, or redis\+sentinel/],
  })),
  {
    when: 'a value is near a known one',
    text: `${SMALL}affinity: coookie`,
    says: [/^3:1 affinity: "coookie" is not one of .*; did you mean cookie\?/],
  },
  {
    when: 'a version is not in quotes',
    text: `${SMALL}traefik: 3.5`,
    says: [/^3:1 traefik: 3\.5 is not one of 3\.0, .*; write it in quotes: "3\.5"/],
  },
  {
    when: 'an id is a number',
    text: SMALL.replace('n1', '7'),
    says: [/^1:10 nodes\[0\]\.id: 7 is not valid; write a string in quotes/],
  },
  {
    when: 'a flag is a text',
    text: `${SMALL}cookie: {secure: "yes"}`,
    says: [/^3:10 cookie\.secure: "yes" is not valid; write true or false/],
  },
  {
    when: 'a URL has a path',
    text: SMALL.replace('a:1', 'a:1/'),
    says: [/nodes\[0\]\.url: "http:\/\/a:1\/" is not valid; write scheme, host and port/],
  },
  {
    when: 'a certificate has no key',
    text: SMALL.replace('":80"', '":80", tls: {certFile: c}'),
    says: [/^2:\d+ entryPoints\.web\.tls\.keyFile: keyFile is missing/],
  },
  {
    when: 'an entry point has a bad name',
    text: SMALL.replace('web', '9x'),
    says: [/^2:15 entryPoints\.9x: "9x" cannot be a name; write a name/],
  },
  {
    when: 'a duration has no unit',
    text: `${SMALL}timeouts: {grace: 10}`,
    says: [/^3:12 timeouts\.grace: 10 is not valid/],
  },
  {
    when: 'a duration is longer than any can be',
    text: `${SMALL}timeouts: {settle: 99999999999h}`,
    says: [/^3:12 timeouts\.settle: "99999999999h" is not valid; write a duration of less than 292 years/],
  },
  {
    when: 'a settle time is longer than a node waits',
    text: `${SMALL}timeouts: {settle: 24h1s}`,
    says: [/^3:12 timeouts\.settle: "24h1s" is not valid; write at most 24h/],
  },
  {
    when: 'a prefix would be cleaned away',
    text: `${SMALL}prefix: /a/../b`,
    says: [/^3:1 prefix: "\/a\/\.\.\/b" is not valid; write a path/],
  },
  {
    when: 'a host has a scheme',
    text: `${SMALL}hosts: ["https://a.b"]`,
    says: [/^3:9 hosts\[0\]: .*write a host name/],
  },
  { when: 'a host would end its rule', text: `${SMALL}hosts: ["a\`) || Path(\`b"]`, says: [/hosts\[0\]/] },
  {
    when: 'a list has a hole',
    text: `${SMALL}hosts: [a, ]\nroutes: [null]`,
    says: [/^4:10 routes\[0\]: null is not valid; write a mapping with name and prefix/],
  },
  {
    when: 'there are several',
    text: 'nodes: []\nx: 1\ny: 2',
    says: [/^1:1 nodes: nodes is empty; write a list$/, /^1:1 entryPoints/, /^2:1 x/, /^3:1 y/],
  },
  {
    when: 'the schema has another order than the lines',
    text: `hosts: ["a:1"]\ntraefik: "9"\n${SMALL}`,
    says: [/^1:9 hosts\[0\]/, /^2:1 traefik: "9" is not one of 3\.0, .*; write one of 3\.0, 3\.1, .*, 3\.7$/],
  },
  {
    when: 'the schema has another order than the line',
    text: SMALL.replace('id: n1, url: "http://a:1"', 'url: x, id: "a b"'),
    says: [/^1:10 nodes\[0\]\.url/, /^1:18 nodes\[0\]\.id/],
  },
  {
    when: 'a value fits none of the choices',
    text: `${SMALL}healthCheck: maybe\nhandles: 5`,
    says: [
      /^3:1 healthCheck: "maybe" is not valid; write false, or a mapping$/,
      /^4:1 handles: 5 is not valid; write false, or a mapping \(Routes for handles .* lead to their node\)$/,
    ],
  },
  {
    when: 'a value has the type of none of the choices',
    text: SMALL.replace('":80"', '":80", tls: 5'),
    says: [/^2:\d+ entryPoints\.web\.tls: 5 is not valid; write true or false, or a mapping \(true: /],
  },
  {
    when: 'a number is out of its range',
    text: SMALL.replace('url: ', 'health: {port: 0, status: 600}, url: '),
    says: [/health\.port: 0 is not valid; write at least 1$/, /health\.status: 600 is not valid; write at most 599$/],
  },
  {
    when: 'a number has a fraction',
    text: `${SMALL}cookie: {maxAge: 1.5}`,
    says: [/^3:10 cookie\.maxAge: 1\.5 is not valid; write a whole number \(Seconds\./],
  },
  {
    when: 'a text is empty',
    text: `${SMALL}relaySecretFile: ""`,
    says: [/^3:1 relaySecretFile: relaySecretFile is empty; write a string \(For relay/],
  },
  {
    when: 'a text is a flag',
    text: `${SMALL}routes: [{name: true, prefix: /a}]`,
    says: [/^3:11 routes\[0\]\.name: true is not valid; write a string in quotes$/],
  },
  {
    when: 'a text is a list',
    text: `${SMALL}prefix: [a]`,
    says: [/^3:1 prefix: \["a"\] is not valid; write a string \(Path of the MCP endpoint\)$/],
  },
  {
    when: 'an entry point is no mapping',
    text: SMALL.replace('{address: ":80"}', '5'),
    says: [/^2:15 entryPoints\.web: 5 is not valid; write a mapping with address$/],
  },
  {
    when: 'a value is long',
    text: `${SMALL}hosts: ["${'a/'.repeat(50)}"]`,
    says: [/^3:9 hosts\[0\]: "(a\/){28}\.\.\. is not valid; write a host name/],
  },
  {
    when: 'a registry is no text',
    text: `${SMALL}registry: 5`,
    says: [/^3:1 registry: 5 is not valid; write a string in quotes/],
  },
])
  test(`a topology is refused with its position and a remedy when ${when}`, () => {
    const seen = told(text);
    assert.equal(seen.length, says.length, seen.join('\n'));
    for (const [i, pattern] of says.entries()) assert.match(seen[i] ?? '', pattern);
  });

for (const [setting, says] of [
  ['timeouts: {grace: 10x}', 'grace: "10x" is not valid; write a Go duration such as 500ms, 1s or 30m'],
  ['timeouts: {settle: 10x}', 'settle: "10x" is not valid; write a Go duration such as 500ms, 1s or 30m'],
  ['cookie: {name: "a b"}', 'name: "a b" is not valid; write a cookie name without spaces, ; and ='],
  ['cookie: {path: mcp}', 'path: "mcp" is not valid; write a path such as /mcp, without a slash at its end'],
  ['healthCheck: {path: a}', 'path: "a" is not valid; write a path such as /healthz, without a slash at its end'],
  ['cors: {origins: [a]}', 'origins[0]: "a" is not valid; write an origin such as https://app.example.com, or *'],
  ['handles: {headers: [A]}', 'headers[0]: "A" is not valid; write a header such as Mcp-Param-Browser: Mcp-Param- and'],
  [
    'routes: [{name: 9a, prefix: /a}]',
    'name: "9a" is not valid; write a name: a letter, then letters, digits, - and _',
  ],
] as const)
  test(`the setting ${setting} is refused, and it is said how to write it`, () => {
    const [said, ...more] = told(SMALL + setting);
    assert.ok(said?.includes(says), said);
    assert.deepEqual(more, []);
  });

test('an entry point is refused with its place and a way out when its address has no port', () => {
  assert.match(told(SMALL.replace('":80"', 'web'))[0] ?? '', /"web" is not valid; write an address such as ":8080"/);
});

for (const [what, key, says] of [
  ['a tag that begins with -', 'tag: -a', /tag: "-a" is not valid; write letters, .*, not starting with - or _/],
  ['upstream of another scheme', 'upstream: "ftp://a/mcp"', /upstream: .* is not valid; write the http or https URL/],
  ['upstream with credentials', 'upstream: "http://me:x@a/mcp"', /upstream: /],
  ['upstream with a query', 'upstream: "http://a/mcp?b"', /upstream: /],
  ['upstream with a port that there is not', 'upstream: "http://a:65536/mcp"', /upstream: /],
  ['health by a status that there is not', 'health: {status: 99}', /health\.status: 99/],
  ['health by no path', 'health: {path: live}', /health\.path: .* write a path such as \/health/],
  ['health by another key', 'health: {url: x}', /health\.url/],
] as const)
  test(`a node is refused with its position and a remedy when it has ${what}`, () => {
    const [said, ...more] = told(SMALL.replace('url: ', `${key}, url: `));
    assert.match(said ?? '', says);
    assert.match(said ?? '', /^1:\d+ nodes\[0\]/);
    assert.deepEqual(more, []);
  });

test('a node may be in front of another server', () => {
  const more = 'upstream: "http://127.0.0.1:9000/mcp", health: {port: 9001}, passHostHeader: true, url: ';
  const { topology } = readTopology(SMALL.replace('url: ', more), 't.yaml');
  const { upstream, health, passHostHeader } = topology!.nodes[0]!;
  assert.deepEqual(
    [upstream, health, passHostHeader],
    ['http://127.0.0.1:9000/mcp', { path: '/healthz', port: 9001 }, true],
  );
});

for (const [what, url] of [
  ['a control character', 'http://a\\e[2J:1'],
  ['a control character beyond ASCII', 'http://a\\x9b2J:1'],
  ['a character that turns the text around', 'http://a\\u202eb:1'],
  ['a blank', 'http://a b:1'],
  ['a backslash', 'http://a\\\\b:1'],
  ['credentials', 'http://me:secret@a:1'],
  ['the beginning of a template', 'http://{{ env }}:1'],
  ['a quote', "http://a'b:1"],
  ['an escape', 'http://a%41:1'],
  ['letters beyond ASCII', 'http://nöde:1'],
  ['another scheme', 'ftp://a:1'],
  ['a colon and no port', 'http://a:'],
  ['a port that there is not', 'http://a:65536'],
  ['an address that there is not', 'http://999.1.1.1:1'],
  ['a query', 'http://a:1?b'],
] as const)
  test(`the URL of a node is refused with its position and a remedy when it has ${what}`, () => {
    const [said, ...more] = told(SMALL.replace('http://a:1', url));
    assert.match(said ?? '', /^1:18 nodes\[0\]\.url: .* is not valid; write scheme, host and port/);
    assert.deepEqual(more, []);
  });

for (const url of [
  'http://a',
  'https://n1.internal:443',
  'http://a_b-c.d.:65535',
  'http://[::1]:1',
  'http://10.0.0.1:80',
])
  test(`the URL of a node may be ${url}`, () => assert.deepEqual(told(SMALL.replace('http://a:1', url)), []));

test('the error for a duration without a unit says how to write one', () => {
  assert.match(told(`${SMALL}timeouts: {grace: 10}`)[0] ?? '', /write a string in quotes, such as 10s/);
});

test('YAML aliases and merges work', () => {
  const text = SMALL.replace('{web: {', '{a: &a {address: ":1"}, b: {<<: *a, ');
  const { topology } = readTopology(text.replace('address: ":80"', 'address: ":2"'), 't.yaml');
  assert.equal(topology?.entryPoints.b?.address, ':2');
});
