import type { Area, Case } from '../case.ts';
import { pool, prefix } from './parts.ts';

/** The request target, and the target that the server gets; a number: the status of a refused request. */
const targets: readonly (readonly [string, string | number])[] = [
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a/b/', '/a/b/'],
  ['//a', '/a'],
  ['///a//b///', '/a/b/'],
  ['/a/./b', '/a/b'],
  ['/a/../b', '/b'],
  ['/a/..', '/'],
  ['/a/b/..', '/a'],
  ['/a/b/.', '/a/b'],
  ['/..', '/'],
  ['/../../a', '/a'],
  ['/a/%2e%2e/b', '/b'],
  ['/a/%2E%2e/b', '/b'],
  ['/a/.%2e/b', '/b'],
  ['/a/%2e/b', '/a/b'],
  ['/a/..%2fb', '/a/..%2Fb'],
  ['/a%2Fb', '/a%2Fb'],
  ['/a%2fb', '/a%2Fb'],
  ['/a%00b', '/a%00b'],
  ['/a%0d%0ab', '/a%0D%0Ab'],
  ['/a%25b', '/a%25b'],
  ['/a%252e%252e', '/a%252e%252e'],
  ['/%6dcp', '/mcp'],
  ['/%41%5a%61%7a%30', '/AZaz0'],
  ['/%7e%2d%5f%2e', '/~-_.'],
  ['/a%20b', '/a%20b'],
  ['/a+b', '/a+b'],
  ['/%3f%23', '/%3F%23'],
  ['/a%3Bb;c', '/a%3Bb;c'],
  ['/%5b%5d[]', 200],
  ['/a\\..\\b', '/a%5C..%5Cb'],
  ['/a%5cb', '/a%5Cb'],
  ['/caf%c3%a9', '/caf%C3%A9'],
  ['/"<>^`{|}', '/%22%3C%3E%5E%60%7B%7C%7D'],
  ["/!$&'()*+,;=:@", "/!$&'()*+,;=:@"],
  ['/%21%24%26%27%28%29%2a%2b%2c%3d%3a%40', '/%21%24%26%27%28%29%2A%2B%2C%3D%3A%40'],
  ['/a%zz', 400],
  ['/a%4', 400],
  ['/a%', 400],
  ['/a#b', 400],
  ['mcp', 400],
  ['*', 404],
  ['?a=1', 400],
  ['/a?b=1&c=2', '/a?b=1&c=2'],
  ['/a?', '/a?'],
  ['/a?b', '/a?b'],
  ['/a?b=1;c=2', '/a?b=1&c=2'],
  ['/a?b=1%3Bc', '/a?b=1%3Bc'],
  ['/a?b=%zz', '/a?b=%zz'],
  ['/a?b=/../x', '/a?b=/../x'],
  ['/a?b=?&c=??', '/a?b=?&c=??'],
  ['/a?b="<>', '/a?b="<>'],
  ['/a?b=c#d', '/a?b=c#d'],
  ['/a?b=+%20', '/a?b=+%20'],
  ['/a?&&', '/a?&&'],
  ['/..;/admin', '/..;/admin'],
  ['/a/..;x=1/b', '/a/..;x=1/b'],
  ['/.../x', '/.../x'],
  ['/.hidden', '/.hidden'],
];

const sent: Case[] = targets.map(([target, wanted]) => ({
  name: `${JSON.stringify(target)} reaches the server as ${JSON.stringify(wanted)}`,
  send: { raw: `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n` },
  expect: typeof wanted === 'number' ? { status: wanted } : { status: 200, seen: { url: wanted } },
}));

export const targetsArea: Area = {
  name: 'targets',
  origins: ['a', 'b'],
  entryPoints: { targets: {}, 'targets-cleaned': {} },
  http: {
    routers: {
      targetsAll: prefix('/', 'tgA'),
      cleanedMcp: prefix('/mcp', 'tgA', { entryPoints: ['targets-cleaned'] }),
      cleanedAdmin: prefix('/admin', 'tgB', { entryPoints: ['targets-cleaned'] }),
      wirePath: prefix('/wire', 'tgWire', { entryPoints: ['targets-cleaned'] }),
      basePath: prefix('/base', 'tgBase', { entryPoints: ['targets-cleaned'] }),
      kept: prefix('/kept', 'tgKept', { entryPoints: ['targets-cleaned'] }),
      keptQuery: prefix('/query', 'tgQuery', { entryPoints: ['targets-cleaned'] }),
    },
    services: {
      tgA: pool('a'),
      tgWire: { loadBalancer: { servers: [{ url: '{wire}' }] } },
      tgB: pool('b'),
      tgBase: { loadBalancer: { servers: [{ url: '{a}/base/path' }] } },
      tgKept: { loadBalancer: { servers: [{ url: '{a}/base/path/', preservePath: true }] } },
      tgQuery: { loadBalancer: { servers: [{ url: '{a}/?x=1' }] } },
    },
  },
  cases: [
    ...sent,
    ...['/caf\xc3\xa9', '/\xff'].map(
      (path): Case => ({
        name: `${JSON.stringify(path)}: bytes above 127 are encoded`,
        send: { path },
        differs: {
          id: 'raw-target',
          traefik: { seen: { url: path === '/\xff' ? '/%FF' : '/caf%C3%A9' } },
          router: { status: 400 },
        },
      }),
    ),
    {
      name: 'routes are found by the cleaned path',
      send: { path: '/mcp/../admin', entryPoint: 'targets-cleaned' },
      expect: { by: 'b', seen: { url: '/admin' } },
    },
    {
      name: 'an encoded dot-dot does not bypass a rule',
      send: { path: '/mcp/%2e%2e/admin', entryPoint: 'targets-cleaned' },
      expect: { by: 'b', seen: { url: '/admin' } },
    },
    {
      name: 'a dot-dot before an encoded slash is not a parent',
      send: { path: '/mcp/..%2fadmin', entryPoint: 'targets-cleaned' },
      expect: { by: 'a', seen: { url: '/mcp/..%2Fadmin' } },
    },
    {
      name: 'the path of a server URL is not used',
      send: { path: '/base/x?q=1', entryPoint: 'targets-cleaned' },
      expect: { seen: { url: '/base/x?q=1' } },
    },
    {
      name: 'preservePath puts it before',
      send: { path: '/kept/x?q=1', entryPoint: 'targets-cleaned' },
      expect: { seen: { url: '/base/path/kept/x?q=1' } },
    },
    {
      name: 'the query of a server URL is not used',
      send: { path: '/query', entryPoint: 'targets-cleaned' },
      expect: { seen: { url: '/query' } },
    },
    {
      name: 'absolute form: its host is the host',
      send: { raw: 'GET http://other.test:81/x?y=1 HTTP/1.1\r\nHost: localhost\r\n\r\n' },
      expect: { seen: { url: '/x?y=1', headers: { host: 'other.test:81', 'x-forwarded-host': 'other.test:81' } } },
    },
    ...[
      ['http:///x', 'l'],
      ['http://@/x', 'l'],
      ['http://u:p%40@h/x', 'h'],
      ['http://h:/x', 'h:'],
      ['http://:81/x', ':81'],
      ['http://[::1]:81/x', '[::1]:81'],
      ['http://h:x/x', 400],
      ['http://h:81:81/x', 400],
      ['http://h%41/x', 400],
      ['http://u%zz@h/x', 400],
      ['http://u[@h/x', 400],
      ['http://[::1%eth0]/x', 400],
      ['http://[h/x', 400],
      ['http://[h]/x', 400],
      ['http://[::1]h/x', 400],
      ['http://h[::1]/x', 400],
    ].map(
      ([target, wanted]): Case => ({
        name: `the host of ${target} is ${wanted}`,
        send: { raw: `GET ${target} HTTP/1.1\r\nHost: l\r\n\r\n` },
        expect: typeof wanted === 'number' ? { status: wanted } : { seen: { headers: { host: wanted! } } },
      }),
    ),
    {
      name: 'absolute form without a path',
      send: { raw: 'GET http://other.test HTTP/1.1\r\nHost: localhost\r\n\r\n' },
      expect: { seen: { url: '/', headers: { host: 'other.test' } } },
    },
    {
      name: 'absolute form of https',
      send: { raw: 'GET https://other.test/x HTTP/1.1\r\nHost: localhost\r\n\r\n' },
      expect: { seen: { url: '/x', headers: { 'x-forwarded-proto': 'http' } } },
    },
    {
      name: 'bytes above 127 in a query reach the server as they are',
      play: async (lab) => {
        await lab.send({
          raw: 'GET /wire/raw?b=\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n',
          entryPoint: 'targets-cleaned',
        });
        return /GET \/wire\/raw\S*/.exec(lab.wire.received)?.[0] ?? null;
      },
      differs: { id: 'raw-target', traefik: 'GET /wire/raw?b=\xc3\xa9', router: null },
    },
    {
      name: 'a star without OPTIONS is a 404, and the connection is kept',
      play: async (lab) => {
        const connection = await lab.connect();
        const close = 'HEAD * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
        connection.expectMethods(['GET', 'HEAD']);
        await connection.write(`GET * HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}${close}`);
        const { answers } = await connection.read({ untilClosed: true });
        connection.close();
        return answers.map(({ status, body }) => `${status} ${body}`);
      },
      expect: ['404 404 page not found\n', '404 '],
    },
    {
      name: 'OPTIONS * is answered by the proxy',
      send: { raw: 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n' },
      expect: { status: 200, by: undefined, headers: { 'content-length': '0' } },
    },
    {
      name: 'a target of 20 KB',
      play: async (lab) => (await lab.send({ path: `/${'x'.repeat(20_000)}` })).seen?.url.length,
      expect: 20_001,
    },
  ],
};
