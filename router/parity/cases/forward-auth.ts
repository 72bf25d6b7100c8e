import type { Area, Lab } from '../case.ts';
import { requestOf } from '../observe.ts';
import type { JsonObject } from '../subject.ts';
import { pool, prefix } from './parts.ts';

const auth = (query: string, more: JsonObject = {}): JsonObject => ({
  forwardAuth: { address: `{auth}/check?${query}`, ...more },
});

const middlewares = {
  faYes: auth('status=200&h-X-User=me&h-X-Other=no', { authResponseHeaders: ['X-User', 'X-Missing'] }),
  faRegex: auth('status=200&h-X-Auth-A=1&h-X-Auth-B=2&h-X-User=3', { authResponseHeadersRegex: '^X-Auth-' }),
  faNo: auth('status=401&h-WWW-Authenticate=Basic&h-X-Why=no&h-Set-Cookie=a%3D1'),
  faRedirect: auth('status=302&h-Location=/login'),
  faRelative: auth('status=302&h-Location=/login', { preserveLocationHeader: true }),
  faFilter: auth('status=200', { authRequestHeaders: ['X-A', 'Authorization'] }),
  faTrust: auth('status=200', { trustForwardHeader: true }),
  faCookies: auth('status=200&h-Set-Cookie=one%3D1&h-Set-Cookie=two%3D2', { addAuthCookiesToResponse: ['one'] }),
  faBody: auth('status=200', { forwardBody: true }),
  faBodySmall: auth('status=200', { forwardBody: true, maxBodySize: 3 }),
  faMethod: auth('status=200', { preserveRequestMethod: true }),
  faDead: { forwardAuth: { address: 'http://127.0.0.1:9/' } },
  faServerError: auth('status=500'),
};

/** The request that the auth server got for this one. */
const asked = async (lab: Lab, send: Parameters<Lab['send']>[0]) => {
  const { seen } = lab.origin('auth');
  const before = seen.length;
  await lab.send(send);
  const last = seen[before];
  return last ? { ...requestOf(last), names: [...requestOf(last).names] } : null;
};

export const forwardAuth: Area = {
  name: 'forward-auth',
  entryPoints: { 'forward-auth': {}, 'forward-auth-trusting': { forwardedHeaders: { insecure: true } } },
  origins: ['a', 'auth'],
  http: {
    routers: Object.fromEntries(
      Object.keys(middlewares).map((name) => [
        name,
        prefix(`/${name}`, 'faA', { middlewares: [name], entryPoints: ['forward-auth', 'forward-auth-trusting'] }),
      ]),
    ),
    middlewares,
    services: { faA: pool('a') },
  },
  cases: [
    {
      name: 'a 2xx lets the request through, with the named headers of the answer',
      send: { path: '/faYes', headers: { 'X-User': 'evil', 'X-Missing': 'evil' } },
      expect: { status: 200, by: 'a', seen: { headers: { 'x-user': 'me', 'x-missing': null, 'x-other': null } } },
    },
    {
      name: 'headers by an expression',
      send: { path: '/faRegex', headers: { 'X-Auth-C': 'evil' } },
      expect: { seen: { headers: { 'x-auth-a': '1', 'x-auth-b': '2', 'x-auth-c': null, 'x-user': null } } },
    },
    {
      name: 'any other status is the answer',
      send: { path: '/faNo' },
      expect: { status: 401, by: 'auth', headers: { 'www-authenticate': 'Basic', 'x-why': 'no' }, cookies: ['a=1'] },
    },
    {
      name: 'a redirect',
      send: { path: '/faRedirect' },
      expect: { status: 302, headers: { location: '{auth}/login' } },
    },
    {
      name: 'a redirect kept as it is',
      send: { path: '/faRelative' },
      expect: { status: 302, headers: { location: '/login' } },
    },
    { name: 'a server error is the answer', send: { path: '/faServerError' }, expect: { status: 500, by: 'auth' } },
    { name: 'no auth server: 500', send: { path: '/faDead' }, expect: { status: 500, body: '' } },
    {
      name: 'cookies of the answer',
      send: { path: '/faCookies?h-Set-Cookie=own%3D1' },
      expect: { cookies: ['own=1', 'one=1'] },
    },
    {
      name: 'the request to the auth server',
      play: (lab) =>
        asked(lab, {
          method: 'POST',
          host: 'h.test:81',
          path: '/faYes/x?y=1',
          headers: {
            'X-A': '1',
            Cookie: 'c=1',
            Authorization: 'Bearer t',
            Connection: 'X-Hop',
            'X-Hop': '1',
            'User-Agent': 'u',
          },
          body: 'abc',
        }),
      expect: {
        method: 'GET',
        url: '/check?status=200&h-X-User=me&h-X-Other=no',
        bodyLength: 0,
        headers: {
          host: '127.0.0.1:{auth.port}',
          'x-forwarded-method': 'POST',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': 'h.test:81',
          'x-forwarded-uri': '/faYes/x?y=1',
          'x-forwarded-for': '127.0.0.1',
          'x-a': '1',
          cookie: 'c=1',
          authorization: 'Bearer t',
          'user-agent': 'u',
          'content-length': null,
          'x-hop': null,
        },
      },
    },
    {
      name: 'only the named headers are sent to the auth server',
      play: (lab) => asked(lab, { path: '/faFilter', headers: { 'X-A': '1', 'X-B': '2', Authorization: 'z' } }),
      expect: { headers: { 'x-a': '1', 'x-b': null, authorization: 'z', 'x-forwarded-uri': '/faFilter' } },
    },
    {
      name: 'forwarded headers of clients are not trusted',
      play: (lab) =>
        asked(lab, {
          path: '/faYes',
          headers: { 'X-Forwarded-Method': 'PUT', 'X-Forwarded-Uri': '/evil', 'X-Forwarded-For': '1.1.1.1' },
        }),
      expect: { headers: { 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/faYes', 'x-forwarded-for': '127.0.0.1' } },
    },
    {
      name: 'forwarded headers of trusted clients are kept',
      play: (lab) =>
        asked(lab, {
          path: '/faTrust',
          headers: {
            'X-Forwarded-Method': 'PUT',
            'X-Forwarded-Uri': '/x',
            'X-Forwarded-For': '1.1.1.1',
            'X-Forwarded-Proto': 'https',
            'X-Forwarded-Host': 'o.test',
          },
          entryPoint: 'forward-auth-trusting',
        }),
      expect: {
        headers: {
          'x-forwarded-method': 'PUT',
          'x-forwarded-uri': '/x',
          'x-forwarded-for': '1.1.1.1, 127.0.0.1',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'o.test',
        },
      },
    },
    {
      name: 'the body is sent to the auth server',
      play: (lab) => asked(lab, { method: 'POST', path: '/faBody', body: 'abc' }),
      expect: { method: 'GET', body: 'abc' },
    },
    {
      name: 'the body still reaches the server',
      send: { method: 'POST', path: '/faBody', body: 'abc' },
      expect: { by: 'a', seen: { body: 'abc' } },
    },
    {
      name: 'a body too large for the auth server',
      send: { method: 'POST', path: '/faBodySmall', body: 'abcd' },
      expect: { status: 401 },
    },
    {
      name: 'the method is kept',
      play: (lab) => asked(lab, { method: 'DELETE', path: '/faMethod' }),
      expect: { method: 'DELETE' },
    },
  ],
};
