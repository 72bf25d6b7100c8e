import type { Area } from '../case.ts';
import { pool, prefix } from './parts.ts';

const middlewares = {
  lmScheme: { redirectScheme: { scheme: 'https' } },
  lmSchemePort: { redirectScheme: { scheme: 'https', port: '8443' } },
  lmSchemeDefault: { redirectScheme: { scheme: 'https', port: '443' } },
  lmSchemePermanent: { redirectScheme: { scheme: 'https', permanent: true } },
  lmSchemeSame: { redirectScheme: { scheme: 'http' } },
  lmNoScheme: { redirectScheme: { port: '1' } },
  lmAllow: { ipAllowList: { sourceRange: ['127.0.0.1/32'] } },
  lmDeny: { ipAllowList: { sourceRange: ['10.0.0.0/8', '::1'] } },
  lmDenyStatus: { ipAllowList: { sourceRange: ['10.0.0.0/8'], rejectStatusCode: 404 } },
  lmDepth: { ipAllowList: { sourceRange: ['1.2.3.4'], ipStrategy: { depth: 2 } } },
  lmExcluded: { ipAllowList: { sourceRange: ['1.2.3.4'], ipStrategy: { excludedIPs: ['127.0.0.1', '10.0.0.0/8'] } } },
  lmBadRange: { ipAllowList: { sourceRange: ['nonsense'] } },
  lmNoRange: { ipAllowList: { sourceRange: [] } },
  lmRate: { rateLimit: { average: 1, period: '1h', burst: 2, sourceCriterion: { requestHeaderName: 'X-Who' } } },
  lmRateHost: { rateLimit: { average: 1, period: '1h', burst: 1, sourceCriterion: { requestHost: true } } },
  lmRateIp: { rateLimit: { average: 1, period: '1h', burst: 1 } },
  lmRateOff: { rateLimit: { average: 0, burst: 1 } },
  lmFlight: { inFlightReq: { amount: 1, sourceCriterion: { requestHeaderName: 'X-Who' } } },
  lmBuffer: { buffering: { maxRequestBodyBytes: 10 } },
  lmBufferAnswer: { buffering: { maxResponseBodyBytes: 10 } },
  lmRetry: { retry: { attempts: 3, initialInterval: '1ms' } },
  lmRetryOne: { retry: { attempts: 1 } },
  lmZeroRetry: { retry: { attempts: 0 } },
};

export const limitMiddlewares: Area = {
  name: 'limit-middlewares',
  entryPoints: { 'limit-middlewares': {}, 'limit-trusting': { forwardedHeaders: { insecure: true } } },
  origins: ['a', 'r1', 'r2'],
  http: {
    routers: {
      ...Object.fromEntries(
        Object.keys(middlewares).map((name) => [
          name,
          prefix(`/${name}`, 'lmA', { middlewares: [name], entryPoints: ['limit-middlewares', 'limit-trusting'] }),
        ]),
      ),
      lmRetryDead: prefix('/lmRetryDead', 'lmHalfDead', { middlewares: ['lmRetry'] }),
      lmRetryAllDead: prefix('/lmRetryAllDead', 'lmDead', { middlewares: ['lmRetry'] }),
      lmRetryReset: prefix('/lmRetryReset', 'lmR', { middlewares: ['lmRetry'] }),
    },
    middlewares,
    services: {
      lmA: pool('a'),
      lmR: pool('r1'),
      lmHalfDead: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }, { url: '{r2}' }] } },
      lmDead: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }] } },
    },
  },
  cases: [
    {
      name: 'redirectScheme: 302 to https',
      send: { host: 'h.test:8080', path: '/lmScheme/a?b=c' },
      expect: { status: 302, headers: { location: 'https://h.test/lmScheme/a?b=c' }, body: 'Found' },
    },
    {
      name: 'redirectScheme: POST is 307',
      send: { method: 'POST', host: 'h.test', path: '/lmScheme', body: 'abc' },
      expect: { status: 307, headers: { location: 'https://h.test/lmScheme' }, body: 'Temporary Redirect' },
    },
    {
      name: 'redirectScheme: an IPv6 address',
      send: { host: '[::1]:80', path: '/lmScheme' },
      differs: {
        id: 'redirect-address',
        traefik: { status: 502, body: 'Bad Gateway' },
        router: { status: 302, headers: { location: 'https://[::1]/lmScheme' } },
      },
    },
    {
      name: 'redirectScheme: a semicolon in the query',
      send: { host: 'h.test', path: '/lmScheme?a=1;b=2' },
      differs: {
        id: 'redirect-semicolon',
        traefik: { status: 302, headers: { location: 'https://h.test/lmScheme?a=1;b=2' } },
        router: { status: 302, headers: { location: 'https://h.test/lmScheme?a=1&b=2' } },
      },
    },
    {
      name: 'redirectScheme: a port',
      send: { host: 'h.test:8080', path: '/lmSchemePort' },
      expect: { status: 302, headers: { location: 'https://h.test:8443/lmSchemePort' } },
    },
    {
      name: 'redirectScheme: the default port is omitted',
      send: { host: 'h.test', path: '/lmSchemeDefault' },
      expect: { status: 302, headers: { location: 'https://h.test/lmSchemeDefault' } },
    },
    {
      name: 'redirectScheme: permanent',
      send: { host: 'h.test', path: '/lmSchemePermanent' },
      expect: { status: 301, headers: { location: 'https://h.test/lmSchemePermanent' }, body: 'Moved Permanently' },
    },
    {
      name: 'redirectScheme: permanent, DELETE',
      send: { method: 'DELETE', host: 'h.test', path: '/lmSchemePermanent' },
      expect: { status: 308, body: 'Permanent Redirect' },
    },
    {
      name: 'redirectScheme: the scheme that it already has',
      send: { host: 'h.test', path: '/lmSchemeSame' },
      expect: { status: 200, by: 'a' },
    },
    {
      name: 'redirectScheme: no scheme leaves the router out',
      send: { host: 'h.test', path: '/lmNoScheme' },
      expect: { status: 404 },
    },
    {
      name: 'redirectScheme: an odd path',
      send: { host: 'h.test', path: '/lmScheme/a%20b/%C3%A9"?x="' },
      expect: { status: 302, headers: { location: 'https://h.test/lmScheme/a%20b/%C3%A9%22?x="' } },
    },
    {
      name: 'redirectScheme: behind an https proxy',
      send: {
        host: 'h.test',
        path: '/lmScheme',
        headers: { 'X-Forwarded-Proto': 'https' },
        entryPoint: 'limit-trusting',
      },
      expect: { status: 200, by: 'a' },
    },
    {
      name: 'redirectScheme: HEAD',
      send: { method: 'HEAD', host: 'h.test', path: '/lmScheme' },
      expect: { status: 307, body: '' },
    },
    { name: 'ipAllowList: an allowed address', send: { path: '/lmAllow' }, expect: { status: 200 } },
    {
      name: 'ipAllowList: another address',
      send: { path: '/lmDeny' },
      expect: { status: 403, body: 'Forbidden', headers: { 'content-type': null } },
    },
    {
      name: 'ipAllowList: another status',
      send: { path: '/lmDenyStatus' },
      expect: { status: 404, body: 'Not Found' },
    },
    {
      name: 'ipAllowList: X-Forwarded-For does not help',
      send: { path: '/lmDeny', headers: { 'X-Forwarded-For': '10.1.1.1' } },
      expect: { status: 403 },
    },
    {
      name: 'ipAllowList: depth',
      send: {
        path: '/lmDepth',
        headers: { 'X-Forwarded-For': '9.9.9.9, 1.2.3.4, 5.5.5.5' },
        entryPoint: 'limit-trusting',
      },
      expect: { status: 200 },
    },
    {
      name: 'ipAllowList: depth beyond the list',
      send: { path: '/lmDepth', headers: { 'X-Forwarded-For': '1.2.3.4' }, entryPoint: 'limit-trusting' },
      expect: { status: 403 },
    },
    {
      name: 'ipAllowList: excluded addresses',
      send: {
        path: '/lmExcluded',
        headers: { 'X-Forwarded-For': '9.9.9.9, 1.2.3.4, 10.1.1.1' },
        entryPoint: 'limit-trusting',
      },
      expect: { status: 200 },
    },
    {
      name: 'ipAllowList: an invalid range leaves the router out',
      send: { path: '/lmBadRange' },
      expect: { status: 404 },
    },
    { name: 'ipAllowList: no range leaves the router out', send: { path: '/lmNoRange' }, expect: { status: 404 } },
    {
      name: 'rateLimit: the burst, then 429',
      play: async (lab) => {
        const statuses = [];
        for (let i = 0; i < 4; i++)
          statuses.push((await lab.send({ path: '/lmRate', headers: { 'X-Who': 'one' } })).status);
        const other = await lab.send({ path: '/lmRate', headers: { 'X-Who': 'two' } });
        return [...statuses, other.status];
      },
      expect: [200, 200, 429, 429, 200],
    },
    {
      name: 'rateLimit: the answer',
      send: { path: '/lmRate', headers: { 'X-Who': 'one' } },
      expect: {
        status: 429,
        body: 'Too Many Requests',
        headers: { 'retry-after': /^\d+$/, 'x-retry-in': /^\d+m\d+\.\d+s$/, 'content-type': null },
      },
    },
    {
      name: 'rateLimit: all requests without the header are one source',
      play: async (lab) => [
        (await lab.send({ path: '/lmRate' })).status,
        (await lab.send({ path: '/lmRate' })).status,
        (await lab.send({ path: '/lmRate' })).status,
      ],
      expect: [200, 200, 429],
    },
    {
      name: 'rateLimit: by host',
      play: async (lab) => [
        (await lab.send({ path: '/lmRateHost', host: 'a.test' })).status,
        (await lab.send({ path: '/lmRateHost', host: 'a.test' })).status,
        (await lab.send({ path: '/lmRateHost', host: 'b.test' })).status,
      ],
      expect: [200, 429, 200],
    },
    {
      name: 'rateLimit: by address',
      play: async (lab) => [
        (await lab.send({ path: '/lmRateIp' })).status,
        (await lab.send({ path: '/lmRateIp' })).status,
      ],
      expect: [200, 429],
    },
    {
      name: 'rateLimit: average 0 is no limit',
      play: async (lab) => lab.repeat(3, { path: '/lmRateOff' }),
      expect: ['a', 'a', 'a'],
    },
    {
      name: 'inFlightReq: one at a time for each source',
      play: async (lab) => {
        const first = await lab.connect();
        await first.write('GET /lmFlight?mode=events HTTP/1.1\r\nHost: l\r\nX-Who: one\r\n\r\n');
        await first.until((text) => text.includes('data:'));
        const second = await lab.send({ path: '/lmFlight', headers: { 'X-Who': 'one' } });
        const other = await lab.send({ path: '/lmFlight', headers: { 'X-Who': 'two' } });
        first.close();
        await lab.origin('a').until(({ open }) => open === 0, 1000);
        const deadline = Date.now() + 2000;
        let later = await lab.send({ path: '/lmFlight', headers: { 'X-Who': 'one' } });
        while (later.status !== 200 && Date.now() < deadline)
          later = await lab.send({ path: '/lmFlight', headers: { 'X-Who': 'one' } });
        return { second: second.status, body: second.body, other: other.status, later: later.status };
      },
      expect: { second: 429, body: 'max connections reached: 1', other: 200, later: 200 },
    },
    {
      name: 'buffering: a body within the limit',
      send: { method: 'POST', path: '/lmBuffer', body: '0123456789' },
      expect: { status: 200, seen: { body: '0123456789' } },
    },
    {
      name: 'buffering: a body beyond it',
      send: { method: 'POST', path: '/lmBuffer', body: '0123456789x' },
      expect: { status: 413, body: 'Request Entity Too Large' },
    },
    {
      name: 'buffering: a chunked body beyond it',
      send: {
        raw: 'POST /lmBuffer HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789x\r\n0\r\n\r\n',
      },
      expect: { status: 413, body: 'Request Entity Too Large' },
    },
    {
      name: 'buffering: a chunked body within it gets a length',
      send: { raw: 'POST /lmBuffer HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n' },
      expect: { status: 200, seen: { body: 'abc', headers: { 'content-length': '3', 'transfer-encoding': null } } },
    },
    {
      name: 'buffering: an answer beyond the limit',
      send: { path: '/lmBufferAnswer' },
      expect: { status: 500, body: 'Internal Server Error' },
    },
    {
      name: 'buffering: an answer within the limit',
      send: { path: '/lmBufferAnswer?mode=large&size=5' },
      expect: { status: 200, body: 'xxxxx' },
    },
    {
      name: 'retry: a dead server is skipped',
      play: async (lab) => lab.repeat(6, { path: '/lmRetryDead' }),
      expect: ['r2', 'r2', 'r2', 'r2', 'r2', 'r2'],
    },
    {
      name: 'retry: a POST is not repeated',
      play: async (lab) =>
        (await lab.repeat(4, { method: 'POST', path: '/lmRetryDead', body: 'x' })).slice().sort().join(' '),
      expect: 'r2 r2 r2 r2',
    },
    { name: 'retry: finally 502', send: { path: '/lmRetryAllDead' }, expect: { status: 502, body: 'Bad Gateway' } },
    {
      name: 'retry: a server that has the request gets it only once',
      play: async (lab) => {
        const { status } = await lab.send({ path: '/lmRetryReset?mode=reset' });
        return [status, lab.origin('r1').seen.length];
      },
      expect: [502, 1],
    },
    {
      name: 'retry: a POST that reached the server',
      play: async (lab) => {
        const before = lab.origin('r1').seen.length;
        const { status } = await lab.send({ method: 'POST', path: '/lmRetryReset?mode=reset', body: 'x' });
        return [status, lab.origin('r1').seen.length - before];
      },
      expect: [502, 1],
    },
    {
      name: 'retry: a status is not retried',
      play: async (lab) => {
        const before = lab.origin('r1').seen.length;
        const { status } = await lab.send({ path: '/lmRetryReset?status=503' });
        return [status, lab.origin('r1').seen.length - before];
      },
      expect: [503, 1],
    },
    { name: 'retry: one attempt', send: { path: '/lmRetryOne' }, expect: { status: 200 } },
    { name: 'retry: no attempts leave the router out', send: { path: '/lmZeroRetry' }, expect: { status: 404 } },
  ],
};
