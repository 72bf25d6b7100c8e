import type { Area } from '../case.ts';
import { pool, prefix } from './parts.ts';

const spoofed = {
  'X-Forwarded-For': '1.2.3.4',
  'X-Forwarded-Host': 'evil.test',
  'X-Forwarded-Port': '99',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Server': 'evil',
  'X-Forwarded-Prefix': '/evil',
  'X-Forwarded-Method': 'PUT',
  'X-Forwarded-Uri': '/evil',
  'X-Forwarded-Tls-Client-Cert': 'evil',
  'X-Forwarded-Tls-Client-Cert-Info': 'evil',
  'X-Real-Ip': '9.9.9.9',
};

const ADDED = [
  'accept-encoding',
  'host',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
];

export const forwarding: Area = {
  name: 'forwarding',
  entryPoints: {
    forwarding: {},
    'forwarding-trusting': { forwardedHeaders: { insecure: true } },
    'forwarding-listed': { forwardedHeaders: { trustedIPs: ['127.0.0.0/8'] } },
    'forwarding-elsewhere': { forwardedHeaders: { trustedIPs: ['10.0.0.0/8', '192.168.0.1'] } },
  },
  origins: ['a'],
  http: {
    routers: {
      fwPlain: prefix('/', 'fwPlain', {
        entryPoints: ['forwarding', 'forwarding-trusting', 'forwarding-listed', 'forwarding-elsewhere'],
      }),
      fwNoHost: prefix('/nohost', 'fwNoHost'),
    },
    services: { fwPlain: pool('a'), fwNoHost: pool('a', { passHostHeader: false }) },
  },
  cases: [
    {
      name: 'the server gets the forwarded headers',
      send: { host: 'mcp.example:8080', path: '/x' },
      expect: {
        seen: {
          method: 'GET',
          url: '/x',
          headers: {
            host: 'mcp.example:8080',
            'x-forwarded-for': '127.0.0.1',
            'x-forwarded-host': 'mcp.example:8080',
            'x-forwarded-port': '8080',
            'x-forwarded-proto': 'http',
            'x-forwarded-server': /./,
            'x-real-ip': '127.0.0.1',
            'x-forwarded-prefix': null,
            'user-agent': null,
            via: null,
            forwarded: null,
          },
        },
      },
    },
    {
      name: 'a request without Accept-Encoding',
      send: { path: '/x' },
      differs: {
        id: 'accept-encoding',
        traefik: { seen: { headers: { 'accept-encoding': 'gzip' } } },
        router: { seen: { headers: { 'accept-encoding': null } } },
      },
    },
    {
      name: 'nothing else is added to a request',
      play: async (lab) => {
        const { seen } = await lab.send({ path: '/x', headers: { 'User-Agent': 'u', 'Accept-Encoding': 'br' } });
        return Object.keys(seen?.headers ?? {}).sort();
      },
      differs: {
        id: 'upstream-connection',
        traefik: ADDED,
        router: ['accept-encoding', 'connection', ...ADDED.slice(1)],
      },
    },
    {
      name: 'a host without a port: the port of the scheme',
      send: { host: 'mcp.example' },
      expect: { seen: { headers: { 'x-forwarded-port': '80', 'x-forwarded-host': 'mcp.example' } } },
    },
    {
      name: 'a host that is an IPv6 address',
      send: { host: '[::1]:8443' },
      expect: {
        seen: { headers: { host: '[::1]:8443', 'x-forwarded-port': '8443', 'x-forwarded-host': '[::1]:8443' } },
      },
    },
    {
      name: 'the letter case of the host is kept',
      send: { host: 'MCP.Example' },
      expect: { seen: { headers: { host: 'MCP.Example', 'x-forwarded-host': 'MCP.Example' } } },
    },
    {
      name: "a client's forwarded headers are dropped",
      send: { headers: spoofed },
      expect: {
        seen: {
          headers: {
            'x-forwarded-for': '127.0.0.1',
            'x-forwarded-host': 'localhost',
            'x-forwarded-port': '80',
            'x-forwarded-proto': 'http',
            'x-real-ip': '127.0.0.1',
            'x-forwarded-prefix': null,
            'x-forwarded-method': null,
            'x-forwarded-uri': null,
            'x-forwarded-tls-client-cert': null,
            'x-forwarded-tls-client-cert-info': null,
          },
        },
      },
    },
    {
      name: "a client's forwarded headers with underscores",
      send: { headers: { X_Forwarded_For: '1.2.3.4', X_Real_Ip: '9.9.9.9', 'X-Forwarded_Proto': 'https' } },
      expect: { seen: { headers: { x_forwarded_for: null, x_real_ip: null, 'x-forwarded_proto': null } } },
    },
    {
      name: 'Forwarded passes',
      send: { headers: { Forwarded: 'for=1.2.3.4' } },
      expect: { seen: { headers: { forwarded: 'for=1.2.3.4' } } },
    },
    ...['forwarding-trusting', 'forwarding-listed'].map((entryPoint) => ({
      name: `${entryPoint}: a client's forwarded headers are kept`,
      send: { headers: spoofed, entryPoint },
      expect: {
        seen: {
          headers: {
            'x-forwarded-for': '1.2.3.4, 127.0.0.1',
            'x-forwarded-host': 'evil.test',
            'x-forwarded-port': '99',
            'x-forwarded-proto': 'https',
            'x-real-ip': '9.9.9.9',
            'x-forwarded-prefix': '/evil',
            'x-forwarded-method': 'PUT',
          },
        },
      },
    })),
    {
      name: 'forwarding-trusting: X-Forwarded-Server too',
      play: async (lab) =>
        (await lab.send({ headers: spoofed, entryPoint: 'forwarding-trusting' })).seen?.headers[
          'x-forwarded-server'
        ]?.[0] === 'evil',
      expect: false,
    },
    {
      name: 'an address that is not trusted',
      send: { headers: spoofed, entryPoint: 'forwarding-elsewhere' },
      expect: {
        seen: { headers: { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', 'x-forwarded-prefix': null } },
      },
    },
    {
      name: 'trusted: missing headers are added',
      send: { host: 'h.test:81', entryPoint: 'forwarding-trusting' },
      expect: {
        seen: {
          headers: {
            'x-forwarded-for': '127.0.0.1',
            'x-forwarded-port': '81',
            'x-forwarded-proto': 'http',
            'x-real-ip': '127.0.0.1',
          },
        },
      },
    },
    {
      name: 'trusted: a forwarded scheme sets the port',
      send: { headers: { 'X-Forwarded-Proto': 'https' }, entryPoint: 'forwarding-trusting' },
      expect: { seen: { headers: { 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' } } },
    },
    {
      name: 'trusted: two X-Forwarded-For become one list',
      send: { headers: { 'X-Forwarded-For': ['1.1.1.1', '2.2.2.2'] }, entryPoint: 'forwarding-trusting' },
      expect: { seen: { headers: { 'x-forwarded-for': '1.1.1.1, 2.2.2.2, 127.0.0.1' } } },
    },
    {
      name: 'trusted: X-Forwarded-Proto wss is kept',
      send: { headers: { 'X-Forwarded-Proto': 'wss' }, entryPoint: 'forwarding-trusting' },
      expect: { seen: { headers: { 'x-forwarded-proto': 'wss', 'x-forwarded-port': '443' } } },
    },
    {
      name: 'passHostHeader: false sends the server its own name',
      send: { host: 'mcp.example', path: '/nohost' },
      expect: { seen: { headers: { host: '127.0.0.1:{a.port}', 'x-forwarded-host': 'mcp.example' } } },
    },
    {
      name: 'header names are written in canonical case',
      play: async (lab) =>
        (await lab.send({ headers: { 'x-lower-case': '1', 'MCP-SESSION-ID': '2', eTaG: '3' } })).seen?.names
          .filter((name) => /lower|session|etag/i.test(name))
          .sort() ?? [],
      expect: ['Etag', 'Mcp-Session-Id', 'X-Lower-Case'],
    },
    {
      name: 'header names of the answer too',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write('GET /?h-x-lower=1&h-ETAG=2&h-mCp-X=3 HTTP/1.1\r\nHost: l\r\n\r\n');
        const { answers } = await connection.read();
        connection.close();
        return (
          answers[0]?.headers
            .map(([name]) => name)
            .filter((name) => /lower|etag|mcp/i.test(name))
            .sort() ?? []
        );
      },
      expect: ['Etag', 'Mcp-X', 'X-Lower'],
    },
    {
      name: 'repeated headers stay repeated',
      send: { headers: { 'X-A': ['1', '2', '3'] } },
      expect: { seen: { headers: { 'x-a': ['1', '2', '3'] } } },
    },
    {
      name: 'repeated headers of the answer stay repeated',
      send: { path: '/?h-x-a=1&h-x-a=2' },
      expect: { headers: { 'x-a': ['1', '2'] } },
    },
    {
      name: 'two User-Agents',
      send: { headers: { 'User-Agent': ['u1', 'u2'] } },
      expect: { seen: { headers: { 'user-agent': 'u1' } } },
    },
    {
      name: 'an empty User-Agent is not sent',
      send: { headers: { 'User-Agent': '' } },
      expect: { seen: { headers: { 'user-agent': null } } },
    },
    {
      name: 'an empty Host: the server gets its own name',
      send: { host: '' },
      expect: { seen: { headers: { host: '127.0.0.1:{a.port}', 'x-forwarded-host': null } } },
    },
    {
      name: 'an empty header value',
      send: { headers: { 'X-Empty': '' } },
      expect: { seen: { headers: { 'x-empty': '' } } },
    },
    {
      name: 'spaces around a value are trimmed',
      send: { headers: { 'X-B': ' \t v w \t ' } },
      expect: { seen: { headers: { 'x-b': 'v w' } } },
    },
    {
      name: 'a value with bytes above 127',
      send: { headers: { 'X-B': 'caf\xc3\xa9 \xff' } },
      expect: { seen: { headers: { 'x-b': 'caf\xc3\xa9 \xff' } } },
    },
    {
      name: 'names of object properties',
      send: { headers: { constructor: '1', toString: '2' } },
      expect: { seen: { headers: { constructor: '1', tostring: '2' } } },
    },
    {
      name: '__proto__ as a header',
      play: async (lab) =>
        (await lab.send({ raw: 'GET / HTTP/1.1\r\nHost: l\r\n__proto__: 1\r\n\r\n' })).seen?.names.includes(
          '__proto__',
        ) ?? null,
      expect: true,
    },
    {
      name: 'odd but allowed header names',
      send: { headers: { "!#$%&'*+-.^_`|~9": 'v' } },
      expect: { seen: { headers: { "!#$%&'*+-.^_`|~9": 'v' } } },
    },
    {
      name: 'Authorization passes',
      send: { headers: { Authorization: 'Bearer x' } },
      expect: { seen: { headers: { authorization: 'Bearer x' } } },
    },
    {
      name: 'the answer shows nothing about the proxy',
      send: { path: '/' },
      expect: { headers: { server: null, via: null, 'x-powered-by': null, connection: null, 'keep-alive': null } },
    },
    {
      name: 'the Date of the server is kept',
      send: { path: '/?h-date=Thu,%2001%20Jan%201970%2000:00:00%20GMT' },
      expect: { headers: { date: 'Thu, 01 Jan 1970 00:00:00 GMT' } },
    },
    {
      name: 'a Server header of the server is kept',
      send: { path: '/?h-server=s' },
      expect: { headers: { server: 's' } },
    },
    {
      name: 'a body keeps its content type',
      send: { path: '/' },
      expect: { headers: { 'content-type': 'application/json' } },
    },
    {
      name: 'HTTP/1.0 is answered',
      send: { raw: 'GET / HTTP/1.0\r\nHost: l\r\n\r\n', untilClosed: true },
      expect: { status: 200, ended: 'end', seen: { headers: { host: 'l' } } },
    },
    {
      name: 'HTTP/1.0 may keep its connection',
      send: { raw: 'GET /?status=204 HTTP/1.0\r\nHost: l\r\nConnection: keep-alive\r\n\r\n' },
      differs: {
        id: 'http-1.0',
        traefik: { status: 204, headers: { connection: 'keep-alive' } },
        router: { status: 204, headers: { connection: 'close' } },
      },
    },
    {
      name: 'Connection: close is honoured',
      send: { raw: 'GET / HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n', untilClosed: true },
      expect: { status: 200, ended: 'end', headers: { connection: 'close' } },
    },
    {
      name: 'two requests on one connection',
      send: { raw: 'GET /1 HTTP/1.1\r\nHost: l\r\n\r\nGET /2 HTTP/1.1\r\nHost: l\r\n\r\n', answers: 2 },
      expect: { statuses: [200, 200] },
    },
  ],
};
