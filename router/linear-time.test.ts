/** Every parser of external input runs in linear time. */
import { type Grown, testGrowth, testTextGrowth } from '../shared/test-growth.ts';
import { INERT_DEPS } from './build-table.ts';
import { connectionNames, outgoingHeaders, outgoingUpgradeHeaders } from './core/request/forwarded.ts';
import { HeaderList } from './core/request/header-list.ts';
import { canonicalName } from './core/request/header-name.ts';
import { canonicalHost, isValidHost, portOf } from './core/request/host.ts';
import { parseTarget } from './core/request/target.ts';
import { compileRule } from './core/rule/compile.ts';
import { queryValues } from './core/rule/query.ts';
import { readCookie } from './core/service/cookie-header.ts';
import { explainRequest } from './dashboard/explain-request.ts';
import { parseAddress } from './dashboard/loopback.ts';
import { requestFilter } from './dashboard/request-filter.ts';
import type { SeenRequest } from './dashboard/requests.ts';
import { shownCookies } from './dashboard/shown-cookies.ts';
import { dynamicOf } from './dashboard/test-bench.ts';
import { arrive } from './http/arrive.ts';

import { readDynamic } from './traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from './traefik/config/static/read-static.ts';
import { compileTakeOver } from './traefik/middleware/auth-answer.ts';
import { compileAuthHeaders } from './traefik/middleware/auth-request.ts';
import { buildMiddlewares } from './traefik/middleware/build.ts';
import { exampleExchange, exampleRequest } from './traefik/middleware/test-exchange.ts';
import { createLineMaker } from './traefik/observe/access-log.ts';
import { labelValue, protocolLabel } from './traefik/observe/metrics/labels.ts';
import type { RunningState } from './traefik/observe/state.ts';
import { exampleRecord } from './traefik/observe/test-record.ts';

testTextGrowth('request target', parseTarget, {
  around: (text) => `/${text}`,
  units: ['a/', './', '../', '//', '%41', '%2e/', '%2f', '%zz', '?a=b&', 'http://', 'a.b-c~d_/'],
});

const readHost = (host: string) => [isValidHost(host), canonicalHost(host), portOf(host)];
testTextGrowth('Host', readHost, { units: ['a.', '::', ':1', '[:'] });
testTextGrowth('Host in brackets', readHost, { around: (text) => `[${text}` });

testTextGrowth('cookies, for the sticky one', (line) => readCookie(new HeaderList(['cookie', line]), 'pin'), {
  units: ['pin', 'pin ', 'pin=', 'pin=";', 'pin=\xff;', ' ;', 'a=b; ', 'pin pin=; '],
});
testTextGrowth('query, for a rule', (query) => queryValues(query, 'a'), { units: ['a=', 'a=b&', '%41', '%4', 'a&'] });
testTextGrowth('header name', canonicalName, { units: ['a-', 'A-'] });

/** About thirty bytes per header. */
const headers =
  (line: (i: number) => readonly string[], ...more: string[]): Grown<string[]> =>
  (size) => [...Array.from({ length: size / 32 }, (_, i) => line(i)).flat(), ...more];
/** One header that lists many names, and all the headers that it names. */
const listing =
  (name: string): Grown<string[]> =>
  (size) => {
    const names = Array.from({ length: size / 64 }, (_, i) => `h${i}`);
    return [name, names.join(', '), ...names.flatMap((one) => [one, '1'])];
  };
const LISTS = Object.entries({
  'one name': headers(() => ['a', '1']),
  'names of their own': headers((i) => [`a${i}`, '1']),
  te: headers(() => ['te', 'a']),
  'te: trailers': headers(() => ['te', 'trailers'], 'connection', 'te'),
  trailer: headers((i) => ['trailer', `t${i}`], 'transfer-encoding', 'chunked'),
  connection: headers((i) => ['connection', `h${i}`]),
  'connection: upgrade': headers(() => ['connection', 'upgrade'], 'upgrade', 'websocket'),
  upgrade: headers(() => ['upgrade', 'websocket'], 'connection', 'upgrade'),
  'one connection': listing('connection'),
  'one trailer': listing('trailer'),
  'x-forwarded-for': headers(() => ['x-forwarded-for', '1.1.1.1']),
  x_forwarded_for: headers(() => ['x_forwarded_for', '1.1.1.1']),
  cookie: headers((i) => ['cookie', `a=${i}`]),
  'user-agent': headers(() => ['user-agent', '']),
  host: headers(() => ['host', 'a']),
}).map(([name, grown]) => ({ name, grown }));

const arriveOver = (version: '1.1' | '2.0', trusted: boolean) => (rawHeaders: string[]) => {
  const hosted = rawHeaders[0] === 'host' ? rawHeaders : ['host', 'a', ...rawHeaders];
  const socket = { remoteAddress: '127.0.0.1', remotePort: 1 };
  const head = { method: 'GET', url: '/', httpVersion: version, httpVersionMajor: Number(version[0]), stream: {} };
  const arrived = arrive(
    { ...head, rawHeaders: hosted, headers: {}, socket },
    { entryPoint: 'web', tls: false, trusts: () => trusted, hostname: 'h' },
  );
  if (arrived.kind === 'refused') return;
  const outgoing = { host: 'b', omitForwardedFor: false };
  outgoingHeaders(arrived.request, outgoing);
  outgoingUpgradeHeaders(arrived.request, outgoing);
};
testGrowth('headers over HTTP/1.1', arriveOver('1.1', false), { cases: LISTS });
testGrowth('headers of a trusted peer, over HTTP/2', arriveOver('2.0', true), { cases: LISTS });
testGrowth('headers of an answer', (flat) => new HeaderList(flat).deleteAll(connectionNames([flat[1]!])), {
  cases: LISTS,
});

const SETTINGS = `
http:
  middlewares:
    allow: { ipAllowList: { sourceRange: [10.0.0.0/8], ipStrategy: { depth: 2 } } }
    excluded: { ipAllowList: { sourceRange: [10.0.0.0/8], ipStrategy: { excludedIPs: [127.0.0.1/32] } } }
    subnet: { inFlightReq: { amount: 1, sourceCriterion: { ipStrategy: { depth: 1, ipv6Subnet: 64 } } } }
    rate: { rateLimit: { average: 1, sourceCriterion: { requestHeaderName: X-Forwarded-For } } }
    scheme: { redirectScheme: { scheme: https } }
    strip: { stripPrefix: { prefixes: [/a, /%] } }
    add: { addPrefix: { prefix: /x } }
    replace: { replacePathRegex: { regex: "(a+|.)", replacement: "$1b" } }
    cors: { headers: { accessControlAllowOriginListRegex: ["^https://(.*)+$"], addVaryHeader: true } }
    auth: { forwardAuth: { address: "http://127.0.0.1:1", authResponseHeadersRegex: "." } }
`;
const { config } = readDynamic([{ file: 'dynamic.yml', text: SETTINGS }]);
const { middlewares } = buildMiddlewares(config, INERT_DEPS);
const auth = [...config.middlewares.values()].find((one) => one.kind === 'forwardAuth')!;
const authHeaders = compileAuthHeaders(auth);
const takeOver = compileTakeOver(auth);

const FORWARDED = ['1.1.1.1, ', '::1,', ', ', '1.', ':', 'fe80::1%a,', '[::1]:8'];
for (const name of ['allow', 'excluded', 'subnet', 'rate'])
  testTextGrowth(
    `X-Forwarded-For, for the middleware ${name}`,
    (value) =>
      middlewares.get(`${name}@file`)![0]!.request!(exampleExchange({ headers: [['x-forwarded-for', value]] })),
    { units: FORWARDED },
  );
for (const name of ['scheme', 'strip', 'add', 'replace'])
  testTextGrowth(
    `path, for the middleware ${name}`,
    (path) => middlewares.get(`${name}@file`)![0]!.request!(exampleExchange({ path })),
    {
      around: (text) => `/${text}`,
      units: ['a/', '%41', '%2f', '../'],
      largest: name === 'replace' ? 1 << 16 : 1 << 20,
    },
  );
testTextGrowth(
  'Host, for a redirection',
  (host) => middlewares.get('scheme@file')![0]!.request!(exampleExchange({ host })),
  {
    units: [':1', 'a.'],
  },
);
testTextGrowth(
  'Origin',
  (origin) =>
    middlewares.get('cors@file')![0]!.response!(exampleExchange({ headers: [['origin', origin]] }), {
      status: 200,
      headers: new HeaderList(),
    }),
  {
    around: (text) => `https://${text}`,
    largest: 1 << 17,
  },
);
testGrowth('headers, for an authentication service', (flat) => authHeaders(exampleRequest({ headers: pairs(flat) })), {
  cases: LISTS,
});
testGrowth(
  'headers of an authentication service',
  (flat) => 'error' in takeOver || takeOver(new HeaderList(flat), new HeaderList(flat.slice())),
  { cases: LISTS },
);
const pairs = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]!] as [string, string]] : []));

for (const format of ['json', 'common'] as const) {
  const line = createLineMaker({
    filePath: undefined,
    format,
    filters: { statusCodes: [], retryAttempts: false, minDuration: 0 },
    fields: { defaultMode: 'keep', names: new Map(), headers: { defaultMode: 'keep', names: new Map() } },
    addInternals: false,
  });
  testTextGrowth(
    `target, host and user, for the access log (${format})`,
    (text) => line(exampleRecord({ target: text, host: text, username: text })),
    { largest: 1 << 18 },
  );
  testGrowth(
    `headers, for the access log (${format})`,
    (flat) => line(exampleRecord({ requestHeaders: new HeaderList(flat) })),
    { cases: LISTS },
  );
}
testTextGrowth('headers, for labels', (text) => [
  labelValue(text),
  protocolLabel(exampleRecord({ requestHeaders: new HeaderList(['upgrade', text, 'accept', text]) })),
]);

testTextGrowth('rule', compileRule, {
  largest: 1 << 17,
  ends: ['', '?', '\n', '`)'],
  units: ['a(', '(!', '//', '/*', '/**/', '"\\', 'Path(`/a`)||', 'Path(`/a`) && !', '!', '(', '\\x41', '/*\n', '0.'],
});
for (const [name, open] of [
  ['in backquotes', 'Path(`'],
  ['in quotes', 'Path("'],
  ['as a pattern', 'PathRegexp(`'],
] as const)
  testTextGrowth(`rule, its text ${name}`, compileRule, {
    around: (text) => open + text,
    ends: ['', '?', '`)', '")'],
    units: ['\\x41', '\\a', '\\377', '(a|', 'a*'],
    largest: 1 << 15,
  });

const YAML = {
  ends: ['', '?', '\n', '"', '}'],
  units: [
    '- ',
    '? ',
    ': ',
    'a: b\n',
    '- a\n',
    '#\n',
    '[a,',
    '{a: b,',
    '*a ',
    '&a ',
    '!!str ',
    '"a" ',
    '\\x41',
    '|\n ',
    '---\n',
    '{{',
  ],
  // The YAML library takes a few hundred nanoseconds per byte.
  largest: 1 << 15,
};
testTextGrowth('dynamic file', (text) => readDynamic([{ file: 'd.yml', text }]), YAML);
testTextGrowth('static file', (text) => readStatic({ file: 't.yml', text }), YAML);
testTextGrowth('value in a dynamic file', (text) => readDynamic([{ file: 'd.yml', text }]), {
  ...YAML,
  around: (text) => `http:\n  middlewares:\n    a:\n      addPrefix:\n        prefix: "${text}`,
});

const seen = {
  target: '/mcp',
  method: 'POST',
  status: 200,
  host: 'a',
  reason: '',
  client: '',
  open: false,
} as SeenRequest;
testTextGrowth('filter of the dashboard', (text) => requestFilter(text, () => 'n1')(seen), {
  units: ['a ', '- ', 'node:', '-node:n1 ', 'is:'],
});
testTextGrowth('address of the dashboard', parseAddress, { units: [':1', '[:'] });

const staticConfig = readStatic({
  file: 't.yml',
  text: 'entryPoints: { web: { address: ":80" } }\nproviders: { file: { filename: d.yml } }',
}).config!;
const dynamicConfig = dynamicOf(['http://127.0.0.1:1']);
const state = {
  static: staticConfig,
  table: { config: dynamicConfig },
  serversUp: () => undefined,
} as unknown as RunningState;
/** The page may send this much. */
const largest = 1 << 16;
testTextGrowth('pasted request', (text) => explainRequest(state, { text, entryPoint: '' }), {
  units: ['a: b\n', 'pin=a\n', 'cookie: pin=a; pin=b\n', 'te: a\n', '%41', '/'],
  around: (text) => `GET /mcp\n${text}`,
  largest,
});
testTextGrowth('first line of a pasted request', (text) => explainRequest(state, { text, entryPoint: '' }), {
  units: ['a ', 'http://', '/ ', 'HTTP/1.1 '],
  largest,
});
testTextGrowth('pasted cookie', (text) => shownCookies(dynamicConfig, text), {
  units: ['pin=a;', ' "', '%41', '; '],
  around: (text) => `pin=${text}`,
  largest,
});
