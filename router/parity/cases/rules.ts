import type { Area, Case } from '../case.ts';
import type { JsonObject } from '../subject.ts';
import { pool, route } from './parts.ts';

type Probe = readonly [
  name: string,
  request: { path?: string; method?: string; host?: string; headers?: Record<string, string | string[]> },
  matches: boolean,
];
type RuleRow = { readonly rule: string; readonly probes: readonly Probe[] };

const get = (path: string) => ({ path });
const host = (name: string) => ({ host: name });
const header = (headers: Record<string, string | string[]>) => ({ headers });

/** Each rule also requires its own header, so that rows do not affect each other. */
const rows: Readonly<Record<string, RuleRow>> = {
  path: {
    rule: 'Path(`/p/x`)',
    probes: [
      ['the same', get('/p/x'), true],
      ['with a slash', get('/p/x/'), false],
      ['longer', get('/p/xy'), false],
      ['a query', get('/p/x?q'), true],
      ['other case', get('/P/x'), false],
    ],
  },
  pathPrefix: {
    rule: 'PathPrefix(`/pre`)',
    probes: [
      ['below', get('/pre/x'), true],
      ['textual', get('/prefix'), true],
      ['other case', get('/PRE'), false],
      ['shorter', get('/pr'), false],
    ],
  },
  pathRegexp: {
    rule: 'PathRegexp(`^/r/[0-9]+$`)',
    probes: [
      ['fits', get('/r/12'), true],
      ['does not', get('/r/x'), false],
    ],
  },
  pathRegexpLoose: {
    rule: 'PathRegexp(`(?i)\\.JPEG$`)',
    probes: [
      ['other case', get('/a.jpeg'), true],
      ['not at the end', get('/a.jpeg/b'), false],
    ],
  },
  pathEncoded: { rule: 'Path(`/a b`)', probes: [['%20', get('/a%20b'), true]] },
  pathReserved: {
    rule: 'PathPrefix(`/e%2Ff`)',
    probes: [
      ['%2F', get('/e%2Ff'), true],
      ['%2f', get('/e%2ff'), true],
      ['/', get('/e/f'), false],
    ],
  },
  pathUtf8: {
    rule: 'Path(`/café`)',
    probes: [['encoded', get('/caf%C3%A9'), true]],
  },
  method: {
    rule: 'Method(`POST`)',
    probes: [
      ['POST', { method: 'POST' }, true],
      ['GET', {}, false],
    ],
  },
  methodLower: { rule: 'Method(`put`)', probes: [['PUT', { method: 'PUT' }, true]] },
  host: {
    rule: 'Host(`Example.COM`)',
    probes: [
      ['the same', host('example.com'), true],
      ['other case', host('EXAMPLE.com'), true],
      ['with a port', host('example.com:8080'), true],
      ['a dot behind', host('example.com.'), true],
      ['below it', host('www.example.com'), false],
    ],
  },
  hostDot: {
    rule: 'Host(`dotted.test.`)',
    probes: [
      ['without the dot', host('dotted.test'), true],
      ['with the dot', host('dotted.test.'), true],
    ],
  },
  hostAddress: { rule: 'Host(`127.0.0.1`)', probes: [['with a port', host('127.0.0.1:80'), true]] },
  hostV6: {
    rule: 'Host(`::1`)',
    probes: [
      ['with a port', host('[::1]:80'), true],
      ['alone', host('[::1]'), true],
    ],
  },
  hostV6Brackets: {
    rule: 'Host(`[::1]`)',
    probes: [
      ['with a port', host('[::1]:80'), false],
      ['alone', host('[::1]'), false],
    ],
  },
  hostRegexp: {
    rule: 'HostRegexp(`^[a-z]+\\.example\\.org$`)',
    probes: [
      ['fits', host('www.example.org'), true],
      ['other case', host('WWW.example.org'), true],
      ['does not', host('w1.example.org'), false],
      ['port is cut', host('a.example.org:99'), true],
    ],
  },
  header: {
    rule: 'Header(`X-K`, `v`)',
    probes: [
      ['the same', header({ 'X-K': 'v' }), true],
      ['name in other case', header({ 'x-k': 'v' }), true],
      ['value in other case', header({ 'X-K': 'V' }), false],
      ['second of two', header({ 'X-K': ['u', 'v'] }), true],
      ['a list in one', header({ 'X-K': 'u, v' }), false],
      ['absent', {}, false],
    ],
  },
  headerRegexp: {
    rule: 'HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)',
    probes: [
      ['fits', header({ 'mcp-session-id': 'n1.abc' }), true],
      ['does not', header({ 'mcp-session-id': 'n2.abc' }), false],
      ['absent', {}, false],
    ],
  },
  query: {
    rule: 'Query(`k`, `v`)',
    probes: [
      ['the same', get('/?k=v'), true],
      ['among others', get('/?a=1&k=v&b=2'), true],
      ['second value', get('/?k=u&k=v'), true],
      ['encoded', get('/?k=%76'), true],
      ['absent', get('/'), false],
      ['a semicolon', get('/?a=1;k=v'), true],
    ],
  },
  queryName: {
    rule: 'Query(`flag`)',
    probes: [
      ['without a value', get('/?flag'), true],
      ['with an empty value', get('/?flag='), true],
      ['with a value', get('/?flag=1'), false],
    ],
  },
  queryRegexp: {
    rule: 'QueryRegexp(`k`, `^[0-9]+$`)',
    probes: [
      ['fits', get('/?k=12'), true],
      ['does not', get('/?k=x'), false],
      ['absent', get('/'), false],
    ],
  },
  clientIp: { rule: 'ClientIP(`127.0.0.1`)', probes: [['loopback', {}, true]] },
  clientIpRange: {
    rule: 'ClientIP(`10.0.0.0/8`)',
    probes: [
      ['not in it', {}, false],
      ['claimed', header({ 'X-Forwarded-For': '10.1.1.1' }), false],
    ],
  },
  and: {
    rule: 'PathPrefix(`/and`) && Method(`GET`)',
    probes: [
      ['both', get('/and'), true],
      ['one', { path: '/and', method: 'PUT' }, false],
    ],
  },
  or: {
    rule: 'Path(`/or1`) || Path(`/or2`)',
    probes: [
      ['first', get('/or1'), true],
      ['second', get('/or2'), true],
      ['neither', get('/or3'), false],
    ],
  },
  not: {
    rule: '!PathPrefix(`/not`)',
    probes: [
      ['other', get('/x'), true],
      ['that', get('/not/x'), false],
    ],
  },
  precedence: {
    rule: 'Path(`/q1`) || Path(`/q2`) && Method(`PUT`)',
    probes: [
      ['the or alone', get('/q1'), true],
      ['and binds closer', get('/q2'), false],
      ['both', { path: '/q2', method: 'PUT' }, true],
    ],
  },
  parentheses: {
    rule: '(Path(`/g1`) || Path(`/g2`)) && Method(`PUT`)',
    probes: [
      ['or, not and', get('/g1'), false],
      ['both', { path: '/g1', method: 'PUT' }, true],
    ],
  },
  notGroup: {
    rule: '!(Path(`/n1`) || Path(`/n2`))',
    probes: [
      ['neither', get('/n3'), true],
      ['one', get('/n1'), false],
    ],
  },
  doubleNot: {
    rule: '!(!Path(`/dd`))',
    probes: [
      ['that', get('/dd'), true],
      ['other', get('/x'), false],
    ],
  },
  doubleQuotes: { rule: 'Path("/dq")', probes: [['fits', get('/dq'), true]] },
  escapes: {
    rule: 'PathRegexp("^/es\\\\d$")',
    probes: [
      ['fits', get('/es5'), true],
      ['does not', get('/esd'), false],
    ],
  },
  lowerNames: { rule: 'pathprefix(`/low`)', probes: [['fits', get('/low'), true]] },
  upperNames: { rule: 'PATHPREFIX(`/up`)', probes: [['fits', get('/up'), true]] },
  spaces: { rule: '  Path( `/sp` )&&Method(`GET`)  ', probes: [['fits', get('/sp'), true]] },
  always: { rule: 'PathPrefix(`/`)', probes: [['anything', get('/any/thing'), true]] },
};

/** Rules that do not parse: the router is left out, and the others still work. */
const broken: Readonly<Record<string, string>> = {
  unknownMatcher: 'Foo(`x`)',
  noArgument: 'Path()',
  tooMany: 'Path(`/a`, `/b`)',
  noSlash: 'Path(`a`)',
  badRegexp: 'PathRegexp(`(`)',
  lookahead: 'PathRegexp(`^/(?!x)`)',
  unclosed: 'Path(`/a`',
  dangling: 'Path(`/a`) &&',
  badRange: 'ClientIP(`300.1.1.1`)',
  badHost: 'Host(`exämple.com`)',
  emptyRule: '',
  singleQuotes: "Path('/a')",
  hostTwo: 'Host(`a.test`, `b.test`)',
  hostRegexpV2: 'HostRegexp(`{name:[a-z]+}.test`)',
};

const name = (key: string): string => `rule-${key}`;
const routers: Record<string, JsonObject> = {};
for (const [key, { rule }] of Object.entries(rows))
  routers[name(key)] = route(rule, 'rulesA', { entryPoints: [name(key)] });
for (const [key, rule] of Object.entries(broken))
  routers[name(key)] = route(rule, 'rulesA', { entryPoints: ['rules-broken'], priority: 9999 });

const probes: Case[] = Object.entries(rows).flatMap(([key, { rule, probes }]) =>
  probes.map(
    ([what, request, matches]): Case => ({
      name: `${rule.trim()}: ${what} ${matches ? 'matches' : 'does not match'}`,
      send: { ...request, entryPoint: name(key) },
      expect: matches ? { status: 200 } : { status: 404 },
    }),
  ),
);

export const rules: Area = {
  name: 'rules',
  entryPoints: Object.fromEntries([...Object.keys(rows).map(name), 'rules-broken'].map((one) => [one, {}])),
  http: {
    routers: {
      ...routers,
      rulesWork: route('PathPrefix(`/`)', 'rulesA', { entryPoints: ['rules-broken'], priority: 1 }),
    },
    services: { rulesA: pool('a') },
  },
  cases: [
    ...probes,
    ...Object.entries(broken).map(
      ([key, rule]): Case => ({
        name: `${key}: ${rule} leaves only its own router out`,
        send: { path: '/a', host: 'a.test', entryPoint: 'rules-broken' },
        expect: { status: 200 },
      }),
    ),
  ],
};
