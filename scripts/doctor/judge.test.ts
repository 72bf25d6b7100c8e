import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import type { Facts, IdleStream, Streams } from './facts.ts';
import { judge } from './judge.ts';
import { ID } from './mcp.ts';
import type { Reply } from './reply.ts';
import {
  answer,
  factsOf,
  failed,
  followed,
  GOOD_COOKIE,
  notFound,
  ok,
  opened,
  refused,
  service,
  topologyOf,
  wrongIn,
} from './test-facts.ts';

const lost = followed('n1', { initialized: notFound, onConnection: [notFound, ok()], reconnected: [notFound] });
const cookie = (text: string): Partial<Facts> => ({ first: opened('n1', { 'set-cookie': text }) });
const pinnedBy = (text: string) => cookie(`_mcp_backend=${cookieValue(text)}; Path=/; HttpOnly; SameSite=Strict`);
const secure: Facts['target'] = { origin: 'https://h', host: 'h', path: '/mcp', secure: true, loopback: false };
const good = factsOf();
const browser = (change: Partial<Facts['browser']>): Partial<Facts> => ({ browser: { ...good.browser, ...change } });
const strangers = (call: Reply): Partial<Facts> => ({ strangers: { ...good.strangers!, call } });
const streams = (change: Partial<Streams>): Partial<Facts> => ({ streams: { ...good.streams!, ...change } });
const idle = (change: Partial<IdleStream & { kind: 'listened' }>): Partial<Facts> =>
  streams({ idle: { ...good.streams!.idle, ...change } as IdleStream });
const page = (headers: Record<string, string>): Answerish => opened('n1', { ...headers });
type Answerish = Reply;
const CORS = { 'access-control-allow-origin': 'http://h', 'access-control-allow-credentials': 'true' };
const api = (change: Partial<Facts['api'] & { kind: 'read' }>): Partial<Facts> => ({
  api: { ...(good.api as Facts['api'] & { kind: 'read' }), ...change },
});
const called = (name: string): ReturnType<typeof opened> => ({
  ...opened('n1'),
  message: { id: ID, result: { protocolVersion: '2025-11-25', serverInfo: { name } } },
});
const alone = {
  cookieAlone: [refused(400), answer(400, undefined, { 'set-cookie': '_mcp_backend=fedcba9876543210' })],
};

const ROWS: readonly (readonly [name: string, change: Partial<Facts>, finds: readonly string[]])[] = [
  ['a good deployment', {}, []],
  ['sessions are lost with cookies and without', { withCookies: lost, withoutCookies: lost }, ['problem session-lost']],
  [
    'sessions that are lost are not closed either, which says nothing more',
    { withCookies: lost, withoutCookies: lost, sessions: { opened: 4, closed: 1, refused: notFound } },
    ['problem session-lost'],
  ],
  [
    'nothing pins, though the topology says so',
    { ...cookie(''), withCookies: lost, withoutCookies: lost, topology: topologyOf() },
    ['problem session-lost'],
  ],
  [
    'they hold on one connection only',
    { withCookies: followed('n1', { reconnected: [notFound] }), withoutCookies: lost },
    ['problem lost-on-reconnect'],
  ],
  [
    'two requests of a session got a 404 that no node wrote',
    { withoutCookies: followed('n2', { reconnected: [answer(404), answer(404), ok('n2')] }) },
    ['problem not-found-by-proxy', 'problem cookie-only'],
  ],
  [
    'requests of a session were passed on by another node',
    { withoutCookies: followed('n2', { reconnected: [ok('n2', { 'x-mooring-relayed-by': 'n1' }), ok('n2')] }) },
    ['warning misroutes-relayed'],
  ],
  ['a server can be reached past its node', { topology: topologyOf(), exposed: ['n2'] }, ['warning server-exposed']],
  ['they are lost without cookies', { withoutCookies: lost }, ['problem cookie-only']],
  [
    'they are lost without cookies, as the topology wants it',
    { withoutCookies: lost, topology: topologyOf({ affinity: 'cookie' }) },
    ['warning cookie-only'],
  ],
  [
    'calls past a limit are not lost',
    { withCookies: followed('n1', { reconnected: [answer(429), ok()] }) },
    ['warning rate-limited'],
  ],
  [
    'a server without ping holds its sessions all the same',
    { withCookies: followed('n1', { reconnected: [answer(200, { id: ID, error: { code: -32601 } })] }) },
    [],
  ],
  [
    'one node has every session',
    { withoutCookies: followed('n1'), discover: answer(400, { error: { code: 1 } }, { 'x-mooring-node': 'n1' }) },
    ['note one-node'],
  ],
  ['no cookie, and none is needed', cookie(''), ['note no-cookie']],
  ['no cookie, and the topology has one', { ...cookie(''), topology: topologyOf() }, ['warning not-as-the-topology']],
  ['Secure over http, with the id as a second means', cookie(`${GOOD_COOKIE}; Secure`), ['warning secure-over-http']],
  [
    'Secure over http, and nothing else',
    { ...cookie(`${GOOD_COOKIE}; Secure`), withCookies: lost, withoutCookies: lost },
    ['problem session-lost', 'problem secure-over-http'],
  ],
  ['Secure over https', { ...cookie(`${GOOD_COOKIE}; Secure`), target: secure }, []],
  ['not Secure over https', { target: secure }, ['warning not-secure']],
  [
    'a path beside the endpoint',
    {
      ...cookie('_mcp_backend=0123456789abcdef; Path=/mc; HttpOnly; SameSite=Strict'),
      withoutCookies: lost,
      withCookies: lost,
    },
    ['problem session-lost', 'problem cookie-path'],
  ],
  ['another domain', cookie(`${GOOD_COOKIE}; Domain=example.com`), ['warning cookie-domain']],
  ['a cookie that is gone as it comes', cookie(`${GOOD_COOKIE}; Max-Age=0`), ['warning expires-at-once']],
  ['bare', cookie('_mcp_backend=0123456789abcdef; Path=/'), ['warning not-http-only', 'warning no-same-site']],
  [
    'SameSite=None without Secure',
    cookie('_mcp_backend=0123456789abcdef; Path=/; HttpOnly; SameSite=None'),
    ['problem none-not-secure'],
  ],
  [
    'two of one name',
    { first: answer(200, { id: ID, result: {} }, { 'set-cookie': [GOOD_COOKIE, '_mcp_backend=x'] }) },
    ['problem same-name-cookies'],
  ],
  ['the cookie is replaced when it comes back', alone, ['problem cookie-ignored']],
  ['an unknown session: 400', strangers(refused(400)), ['problem unknown-session-400']],
  ['an unknown session: 200', strangers(ok()), ['problem unknown-session-accepted']],
  ['an unknown session: another one', strangers(opened('n1')), ['problem unknown-session-replaced']],
  ['an unknown session: 500', strangers(answer(500)), ['problem unknown-session']],
  ['an unknown session: no answer', strangers(failed('TIMEOUT')), ['problem unknown-session']],
  ['an unknown session: a 404 of the proxy', strangers(answer(404)), ['warning unknown-session-form']],
  ['an unknown session: a 404 without an id', strangers(answer(404, { id: null, error: { code: -32001 } })), []],
  [
    'an unknown session may open a stream',
    { strangers: { ...good.strangers!, stream: failed('CUT') } },
    ['warning unknown-session-method'],
  ],
  [
    'no DELETE',
    { strangers: { ...good.strangers!, close: answer(405) }, sessions: { opened: 2, closed: 0, refused: answer(405) } },
    ['note not-closed'],
  ],
  [
    'the events of a call come together',
    streams({ call: { kind: 'streamed', status: 200, headers: {}, events: [1000, 1001, 1002], endedMs: 1003 } }),
    ['problem stream-buffered'],
  ],
  ['the head of a stream does not come', streams({ idle: failed('TIMEOUT') }), ['problem stream-buffered']],
  ['an event does not come', idle({ delivered: false }), ['problem stream-buffered']],
  [
    'a packed stream',
    idle({ headers: { 'content-type': ['text/event-stream; charset=utf-8'], 'content-encoding': ['gzip'] } }),
    ['problem stream-compressed'],
  ],
  [
    'a packed answer that is no stream',
    streams({ list: ok('n1', { 'content-encoding': 'gzip', 'content-type': 'application/json' }) }),
    [],
  ],
  ['an idle stream is cut', idle({ endedMs: 300 }), ['problem stream-cut']],
  ['no stream is offered', idle({ status: 405 }), ['note no-stream']],
  ['a stream fails', idle({ status: 502 }), ['problem stream-cut']],
  ['another site’s page', browser({ foreignOrigin: opened('n1') }), ['problem origin-unchecked']],
  ['another host, for everybody', browser({ foreignHost: opened('n1') }), ['warning host-unchecked']],
  [
    'another host, on this machine',
    { ...browser({ foreignHost: opened('n1') }), target: { ...good.target, loopback: true } },
    ['problem host-unchecked'],
  ],
  ['no CORS', browser({ opened: opened('n1') }), ['note no-cors']],
  ['the session id is hidden from pages', browser({ opened: page(CORS) }), ['problem session-id-hidden']],
  [
    'with cookies, * exposes nothing',
    browser({ opened: page({ ...CORS, 'access-control-expose-headers': '*' }) }),
    ['problem session-id-hidden'],
  ],
  [
    'no credentials',
    browser({ opened: page({ 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' }) }),
    ['warning cors-without-cookies'],
  ],
  ['a preflight is refused', browser({ preflight: answer(405) }), ['problem preflight']],
  [
    'a preflight forbids the session id',
    browser({ preflight: answer(200, undefined, { 'access-control-allow-headers': 'content-type' }) }),
    ['problem preflight'],
  ],
  [
    'a preflight forbids what protocol 2026-07-28 sends',
    browser({
      preflight: answer(200, undefined, {
        'access-control-allow-headers': 'Content-Type, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Name',
      }),
    }),
    ['warning preflight-2026-07-28'],
  ],
  [
    'GraphQL gets the cookie',
    { graphql: [ok('n1', { 'set-cookie': GOOD_COOKIE }), ok('n1')] },
    ['problem graphql-sticky'],
  ],
  [
    'GraphQL gets a cookie of its own',
    { graphql: [ok('n1', { 'set-cookie': 'x=fedcba9876543210' }), ok('n2')] },
    ['warning graphql-sticky'],
  ],
  ['GraphQL is at one node', { graphql: [ok('n1'), ok('n1')] }, ['warning graphql-one-node']],
  ['GraphQL does not say where it is', { graphql: [answer(200)] }, ['note graphql-unknown']],
  ['GraphQL fails at times', { graphql: [ok('n1'), ok('n2'), answer(502)] }, ['warning graphql-fails']],
  ['no GraphQL', { graphql: [] }, []],
  [
    'no sessions at all',
    { withCookies: undefined, withoutCookies: undefined, strangers: undefined, streams: undefined },
    ['note no-sessions'],
  ],
  [
    'sessions, and a version without them',
    { discover: answer(200, { id: ID, result: {} }, { 'x-mooring-node': 'n3' }) },
    [],
  ],
  [
    'the headers of server/discover do not arrive',
    { discover: answer(400, { id: ID, error: { code: -32020 } }) },
    ['problem headers-stripped'],
  ],
  ['two servers of one name', { first: called('a'), withoutCookies: followed('n2', { opened: called('a') }) }, []],
  [
    'two servers of different names',
    { first: called('a'), withoutCookies: followed('n2', { opened: called('b') }) },
    ['warning server-names'],
  ],
  ['server/discover ends badly', { discover: answer(500) }, ['problem no-fall-back']],
  ['server/discover is not found', { discover: notFound }, ['warning no-fall-back']],
  ['nobody can tell of health checks', { api: undefined }, ['note health-check-unknown']],
  ['the topology has a health check', { api: undefined, topology: topologyOf() }, []],
  [
    'the topology has none',
    { api: undefined, topology: topologyOf({ healthCheck: false }) },
    ['warning no-health-check'],
  ],
  [
    'what the API and the topology both say is said once',
    { ...api({ services: [service({ healthCheck: false })] }), topology: topologyOf({ healthCheck: false }) },
    ['problem no-health-check'],
  ],
  [
    'weight 0',
    api({ services: [service({ servers: [{ url: 'u', weight: 0, down: false }] })] }),
    ['problem weight-zero'],
  ],
  [
    'a server is down',
    api({ services: [service({ servers: [{ url: 'u', weight: 1, down: true }] })] }),
    ['warning server-down'],
  ],
  [
    'a server lives, and takes no new sessions',
    api({
      services: [
        service({ servers: [{ url: 'u', weight: 1, down: true }] }),
        service({ servers: [{ url: 'u', weight: 1, down: false }] }),
      ],
    }),
    ['note no-new-sessions'],
  ],
  [
    'compress on the route',
    api({ middlewares: [{ name: 'c@file', kind: 'compress' }] }),
    ['problem compress-on-route'],
  ],
  ['the API of another proxy', api({ services: [], routers: [] }), ['warning no-route-in-api']],
  ['no API', { api: { kind: 'failed', url: 'u', why: 'it answers 404' } }, ['warning no-api']],
  [
    'not what the topology says',
    { topology: topologyOf({ cookie: { secure: false, name: 'other' } }) },
    ['warning not-as-the-topology'],
  ],
  ['a cookie of the name, as the topology says', { ...pinnedBy('ready-n1'), topology: topologyOf() }, []],
  [
    'a cookie of the URL, where the topology says the name',
    { ...pinnedBy('http://n1:1'), topology: topologyOf() },
    ['warning not-as-the-topology'],
  ],
];

for (const [name, change, finds] of ROWS) test(name, () => assert.deepEqual(wrongIn(judge(factsOf(change))), finds));

test('every finding that is not good has a fix, or says that none is needed', () => {
  const harmless = new Set(['no-sessions', 'no-stream']);
  for (const [, change] of ROWS)
    for (const { id, severity, seen, why, fix } of judge(factsOf(change))) {
      assert(seen !== '' && why !== '', id);
      assert.equal(Object.keys(fix).length > 0, severity !== 'good' && !harmless.has(id), id);
    }
});

test('fixes fit the deployment: no Secure cookie over http, no other ids if ids name their node', () => {
  const fixOf = (target: Facts['target'], id: string) => {
    const headers = { 'mcp-session-id': id };
    const session = { ...lost, opened: opened('n1', headers) };
    const found = judge(factsOf({ target, withCookies: session, withoutCookies: session }));
    return found.find((finding) => finding.id === 'session-lost')?.fix;
  };
  assert.match(fixOf(good.target, 'n1.1')?.traefik ?? '', /secure: false/);
  assert.match(fixOf(secure, 'n1.1')?.traefik ?? '', /secure: true/);
  assert.equal(fixOf(good.target, 'n1.1')?.node, undefined);
  assert.match(fixOf(good.target, 'abc')?.node ?? '', /begin with the node/);
});

for (const [name, change, id, says] of [
  ['no topology is given', { withoutCookies: lost }, 'cookie-only', /^affinity: both, then npm run generate$/],
  [
    'the topology says otherwise',
    { withoutCookies: lost, topology: topologyOf({ affinity: 'cookie' }) },
    'cookie-only',
    /^affinity: both, then npm run generate$/,
  ],
  [
    'the topology says so already',
    { withoutCookies: lost, topology: topologyOf() },
    'cookie-only',
    /^it says affinity: both already: npm run generate, and deploy the files$/,
  ],
  [
    'the topology has the cookie already',
    { target: secure, topology: topologyOf({ cookie: { secure: true } }) },
    'not-secure',
    /^it says cookie\.secure: true already/,
  ],
  [
    'the topology has the health check already',
    { ...api({ services: [service({ healthCheck: false })] }), topology: topologyOf() },
    'no-health-check',
    /^it says healthCheck already/,
  ],
  [
    'the topology has the route already',
    { graphql: [ok('n1', { 'set-cookie': GOOD_COOKIE }), ok('n1')], topology: topologyOf() },
    'graphql-sticky',
    /^it says routes already/,
  ],
] as const)
  test(`what to write in the topology, when ${name}`, () => {
    const found = judge(factsOf(change)).find((finding) => finding.id === id);
    assert.match(found?.fix.topology ?? '', says);
  });
