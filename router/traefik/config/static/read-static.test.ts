import assert from 'node:assert/strict';
import test from 'node:test';
import type { StaticConfig } from '../../../core/static-model.ts';
import { isAddressRange } from '../address-range.ts';
import { parseAddress } from './entry-point.ts';
import { readStatic } from './read-static.ts';

const FILE = 'providers: {file: {filename: d.yml}}\n';
const WEB = 'entryPoints: {web: {address: ":8000"}}\n';

const sound = (text: string): StaticConfig => {
  const { config, problems } = readStatic({ file: 't.yml', text });
  assert.deepEqual(problems, []);
  assert.ok(config);
  return config;
};
const told = (text: string): string[] =>
  readStatic({ file: 't.yml', text }).problems.map(
    ({ place, path, kind }) => `${place.line}:${place.column} ${path} ${kind}`,
  );

test('an entry point has the defaults of Traefik', () => {
  assert.deepEqual(sound(FILE + WEB).entryPoints.get('web'), {
    name: 'web',
    at: { file: 't.yml', line: 2, column: 15 },
    host: '',
    port: 8000,
    asDefault: false,
    forwardedHeaders: { insecure: false, trustedIPs: [] },
    requestAcceptGraceTimeout: 0,
    graceTimeOut: 10_000,
    readTimeout: 60_000,
    writeTimeout: 0,
    idleTimeout: 180_000,
    maxHeaderBytes: 1_048_576,
    tls: false,
    middlewares: [],
    redirection: undefined,
    maxConcurrentStreams: 250,
  });
});

test('a minimal static file is enough', () => {
  const { entryPoints, ...rest } = sound(FILE);
  assert.deepEqual(
    [...entryPoints.values()].map(({ name, host, port }) => [name, host, port]),
    [['http', '', 80]],
  );
  assert.deepEqual(rest, {
    file: 't.yml',
    fileProvider: { at: { file: 't.yml', line: 1, column: 13 }, path: 'd.yml', kind: 'file', watch: true },
    ping: undefined,
    api: undefined,
    prometheus: undefined,
    accessLog: undefined,
    log: { level: 'error', format: 'common', filePath: undefined },
  });
});

for (const [text, names] of [
  ['', ['web:8000']],
  ['ping: {}', ['web:8000', 'traefik:8080']],
  ['ping: true', ['web:8000', 'traefik:8080']],
  ['ping:', ['web:8000']],
  ['ping: false', ['web:8000']],
  ['ping: {entryPoint: web}', ['web:8000']],
  ['ping: {manualRouting: true}', ['web:8000']],
  ['api: {}', ['web:8000']],
  ['api: {insecure: true}', ['web:8000', 'traefik:8080']],
  ['metrics: {prometheus: {}}', ['web:8000', 'traefik:8080']],
  ['metrics: {prometheus: {entryPoint: web}}', ['web:8000']],
] as const)
  test(`the entry points with ${text || 'nothing of their own to serve'}`, () => {
    const { entryPoints } = sound(FILE + WEB + text);
    assert.deepEqual(
      [...entryPoints.values()].map(({ name, port }) => `${name}:${port}`),
      names,
    );
  });

test('an entry point called traefik is the one that Traefik uses for its own things', () => {
  const { entryPoints } = sound(`${FILE}entryPoints: {traefik: {address: "127.0.0.1:9000"}}\nping: {}`);
  assert.deepEqual(
    [...entryPoints.values()].map(({ host, port }) => [host, port]),
    [['127.0.0.1', 9000]],
  );
});

test('all supported settings of entry points are read', () => {
  const web = sound(`${FILE}entryPoints:
  web:
    address: "[::1]:8443/tcp"
    asDefault: true
    transport: {lifeCycle: {requestAcceptGraceTimeout: 3, graceTimeOut: 1m}, respondingTimeouts: {readTimeout: 0, writeTimeout: 5s, idleTimeout: 90s}}
    forwardedHeaders: {trustedIPs: [10.0.0.0/8, "::1"]}
    http: {middlewares: [a, b@file], tls: {}, maxHeaderBytes: 5000, redirections: {entryPoint: {to: ":443"}}}
    http2: {maxConcurrentStreams: 10}`).entryPoints.get('web');
  const { at: _at, ...rest } = web ?? { at: undefined };
  assert.deepEqual(rest, {
    name: 'web',
    host: '::1',
    port: 8443,
    asDefault: true,
    forwardedHeaders: { insecure: false, trustedIPs: ['10.0.0.0/8', '::1'] },
    requestAcceptGraceTimeout: 3_000,
    graceTimeOut: 60_000,
    readTimeout: 0,
    writeTimeout: 5_000,
    idleTimeout: 90_000,
    maxHeaderBytes: 5_000,
    tls: true,
    middlewares: ['a@file', 'b@file'],
    redirection: { to: ':443', scheme: 'https', permanent: true, priority: 2 ** 63 },
    maxConcurrentStreams: 10,
  });
});

test('ping, api, metrics and logs have the defaults of Traefik', () => {
  const config = sound(
    `${FILE + WEB}ping: {}\napi: true\nmetrics: {prometheus: true}\naccessLog: {}\nlog: {level: WARN}`,
  );
  assert.deepEqual(config.ping, { entryPoint: 'traefik', manualRouting: false, terminatingStatusCode: 503 });
  assert.deepEqual(config.api, { basePath: '/', insecure: false });
  assert.deepEqual(config.prometheus, {
    entryPoint: 'traefik',
    manualRouting: false,
    buckets: [0.1, 0.3, 1.2, 5],
    addEntryPointsLabels: true,
    addRoutersLabels: false,
    addServicesLabels: true,
  });
  assert.deepEqual(config.accessLog, {
    filePath: undefined,
    format: 'common',
    filters: { statusCodes: [], retryAttempts: false, minDuration: 0 },
    fields: { defaultMode: 'keep', names: new Map(), headers: { defaultMode: 'drop', names: new Map() } },
    addInternals: false,
  });
  assert.deepEqual(config.log, { level: 'warn', format: 'common', filePath: undefined });
});

test('the directory counts when a file and a directory are given, as in Traefik', () => {
  const { fileProvider } = sound(
    `providers: {providersThrottleDuration: 500ms, file: {filename: d.yml, directory: conf, watch: false}}\n${WEB}`,
  );
  const { at: _at, ...rest } = fileProvider;
  assert.deepEqual(rest, { path: 'conf', kind: 'directory', watch: false });
});

test('keys without a visible effect are accepted', () => {
  const harmless = `global: {checkNewVersion: true, sendAnonymousUsage: false}
core: {defaultRuleSyntax: v3}
api: {dashboardName: x, disableDashboardAd: true}
log: {noColor: true, compress: false}
accessLog: {bufferingSize: 100, fields: {queryParameters: {defaultMode: keep}}}
entryPoints: {web: {address: ":1", reusePort: false, http: {sanitizePath: true, aliasHeadersStrategy: keep}}}`;
  assert.deepEqual(told(FILE + harmless), []);
});

for (const [text, ...problems] of [
  ['', '1:1 providers.file invalid'],
  [WEB, '1:1 providers.file invalid'],
  [`providers: {file: {watch: true}}\n${WEB}`, '1:13 providers.file invalid'],
  [`providers: {file: {}}\n${WEB}`, '1:19 providers.file invalid'],
  [`${FILE}entryPoints: {web: {}}`, '2:15 entryPoints.web.address invalid'],
  [`${FILE}entryPoints: {web: ":80"}`, '2:20 entryPoints.web invalid'],
  [`${FILE}entryPoints: {web: {address: "127.0.0.1"}}`, '2:31 entryPoints.web.address invalid'],
  [`${FILE}entryPoints: {web: {address: ":80/udp"}}`, '2:31 entryPoints.web.address invalid'],
  [`${FILE}entryPoints: {web: {address: ":70000"}}`, '2:31 entryPoints.web.address invalid'],
  [
    `${FILE}entryPoints: {web: {address: ":1", forwardedHeaders: {trustedIPs: [x]}}}`,
    '2:68 entryPoints.web.forwardedHeaders.trustedIPs[0] invalid',
  ],
  [
    `${FILE}entryPoints: {web: {address: ":1", transport: {respondingTimeouts: {readTimeout: 1.5}}}}`,
    '2:82 entryPoints.web.transport.respondingTimeouts.readTimeout invalid',
  ],
  [
    `${FILE}entryPoints: {web: {address: ":1", http: {redirections: {entryPoint: {to: nope}}}}}`,
    '2:15 entryPoints.web.http.redirections.entryPoint.to invalid',
  ],
  [
    `${FILE}entryPoints: {web: {address: ":1", proxyProtocol: {insecure: true}}}`,
    '2:36 entryPoints.web.proxyProtocol unsupported',
  ],
  [`${FILE + WEB}ping: {entryPoint: nope}`, '3:1 ping.entryPoint invalid'],
  [`${FILE + WEB}ping: {terminatingStatusCode: 42}`, '3:31 ping.terminatingStatusCode invalid'],
  [`${FILE + WEB}api: {basePath: foo}`, '3:17 api.basePath invalid'],
  [`${FILE + WEB}log: {levl: INFO}`, '3:7 log.levl unknown'],
  [`${FILE + WEB}log: {level: JUNK}`, '3:14 log.level invalid'],
  [`${FILE + WEB}accessLog: {format: genericCLF}`, '3:21 accessLog.format unsupported'],
  [`${FILE + WEB}metrics: {}`, '3:10 metrics invalid'],
  [`${FILE + WEB}metrics: {prometheus: {buckets: [3, 1]}}`, '3:33 metrics.prometheus.buckets invalid'],
  [`${FILE + WEB}tracing: {}`, '3:1 tracing unsupported'],
  [`${FILE + WEB}entrypoint: {}`, '3:1 entrypoint unknown'],
  [`providers: {docker: {}, file: {filename: d.yml}}\n${WEB}`, '1:13 providers.docker unsupported'],
] as const)
  test(`${JSON.stringify(text)} is refused`, () => assert.deepEqual(told(text), problems));

for (const [address, expected] of [
  [':80', { host: '', port: 80 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['localhost:8080', { host: 'localhost', port: 8080 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
  ['::1:80', undefined],
  ['80', undefined],
  [':', undefined],
  [':http', undefined],
  [':65536', undefined],
  ['a b:80', undefined],
  ['', undefined],
] as const)
  test(`the address ${JSON.stringify(address)}`, () => assert.deepEqual(parseAddress(address), expected));

for (const [range, expected] of [
  ['10.0.0.1', true],
  ['10.0.0.0/8', true],
  ['::1', true],
  ['2001:db8::/32', true],
  ['10.0.0.0/33', false],
  ['2001:db8::/129', false],
  ['10.0.0/8', false],
  ['10.0.0.0/', false],
  ['10.0.0.0/8/8', false],
  ['fe80::1%eth0', false],
  ['*', false],
  ['', false],
] as const)
  test(`${JSON.stringify(range)} is ${expected ? 'an' : 'no'} address or network`, () =>
    assert.equal(isAddressRange(range), expected));
