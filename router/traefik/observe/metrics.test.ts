import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';
import type { DynamicConfig } from '../../core/model.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import type { PrometheusConfig } from '../../core/static-model.ts';
import { createMetrics, type Metrics, noMetrics } from './metrics.ts';
import type { ExchangeRecord } from './record.ts';
import { exampleRecord } from './test-record.ts';

const PROMETHEUS: PrometheusConfig = {
  entryPoint: 'traefik',
  manualRouting: false,
  buckets: [0.1, 0.3, 1.2, 5],
  addEntryPointsLabels: true,
  addRoutersLabels: true,
  addServicesLabels: true,
};

const linesOf = async (metrics: Metrics): Promise<string[]> =>
  (await metrics.render()).body.split('\n').filter((line) => line.includes('traefik_'));

const samplesOf = async (metrics: Metrics): Promise<string[]> =>
  (await linesOf(metrics)).filter((line) => !line.startsWith('#'));

const afterwards = (records: Partial<ExchangeRecord>[], config: Partial<PrometheusConfig> = {}): Metrics => {
  const metrics = createMetrics({ ...PROMETHEUS, ...config }, ['web']);
  for (const record of records) metrics.exchangeEnded(exampleRecord(record));
  return metrics;
};

/** The order of labels does not matter; Traefik sorts them. */
const withSortedLabels = (line: string): string =>
  line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`);

test('a scrape is what Traefik 3.7.15 answers after the same exchange', async () => {
  const metrics = afterwards([{ method: 'POST', duration: 1.771748, requestBytes: 7 }]);
  metrics.configReloaded(true, 1_795_246_326_413);
  metrics.connectionOpened('web');
  metrics.serverStatus('mcp@file', 'http://127.0.0.1:17101', true);
  metrics.serverStatus('mcp@file', 'http://127.0.0.1:17103', false);
  const expected = readFileSync(new URL('metrics/golden.prom', import.meta.url), 'utf8');
  const sort = (lines: string[]) => lines.map(withSortedLabels);
  assert.deepEqual(sort(await linesOf(metrics)), sort(expected.trim().split('\n')));
});

test('requests over TLS are counted by version and cipher', async () => {
  const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' };
  const samples = await samplesOf(afterwards([{ tls }, { tls, status: 404 }]));
  assert.deepEqual(
    samples.filter((line) => line.includes('_tls_')),
    [
      'traefik_entrypoint_requests_tls_total{entrypoint="web",tls_cipher="TLS_AES_128_GCM_SHA256",tls_version="1.3"} 2',
      'traefik_router_requests_tls_total{router="mcp@file",service="mcp@file",tls_cipher="TLS_AES_128_GCM_SHA256",tls_version="1.3"} 2',
      'traefik_service_requests_tls_total{service="mcp@file",tls_cipher="TLS_AES_128_GCM_SHA256",tls_version="1.3"} 2',
    ],
  );
});

const nobody = { serverUrl: undefined, steps: [] };
for (const row of [
  {
    what: 'an unrouted request counts for its entry point alone',
    record: { ...nobody, router: undefined, service: undefined, status: 404 },
    counted: ['traefik_entrypoint_requests_total{code="404",method="GET",protocol="http",entrypoint="web"} 1'],
  },
  {
    what: 'what a middleware answers counts for the router, not for the service',
    record: { ...nobody, status: 403 },
    counted: [
      'traefik_entrypoint_requests_total{code="403",method="GET",protocol="http",entrypoint="web"} 1',
      'traefik_router_requests_total{code="403",method="GET",protocol="http",router="mcp@file",service="mcp@file"} 1',
    ],
  },
  {
    what: 'of nested services the router has the outermost and the service metrics the innermost',
    record: {
      router: 'w@file',
      steps: [
        { service: 'w@file', reason: 'round-robin', chosen: 'mcp@file' },
        { service: 'mcp@file', reason: 'cookie', chosen: 'http://127.0.0.1:17101' },
      ],
    },
    counted: [
      'traefik_entrypoint_requests_total{code="200",method="GET",protocol="http",entrypoint="web"} 1',
      'traefik_router_requests_total{code="200",method="GET",protocol="http",router="w@file",service="w@file"} 1',
      'traefik_service_requests_total{code="200",method="GET",protocol="http",service="mcp@file"} 1',
    ],
  },
  { what: 'ping, API and metrics are not counted', record: { internal: true }, counted: [] },
  { what: 'an answer that was cut is not counted', record: { cut: true }, counted: [] },
  {
    what: 'only the families that are switched on are kept',
    config: { addEntryPointsLabels: false, addServicesLabels: false },
    counted: [
      'traefik_router_requests_total{code="200",method="GET",protocol="http",router="mcp@file",service="mcp@file"} 1',
    ],
  },
  {
    what: 'a method of the client’s own invention and its wish for events are labels that it cannot multiply',
    record: { method: 'FOO', requestHeaders: new HeaderList(['accept', 'text/event-stream']) },
    config: { addRoutersLabels: false, addServicesLabels: false },
    counted: [
      'traefik_entrypoint_requests_total{code="200",method="EXTENSION_METHOD",protocol="sse",entrypoint="web"} 1',
    ],
  },
] satisfies {
  what: string;
  record?: Partial<ExchangeRecord>;
  config?: Partial<PrometheusConfig>;
  counted: string[];
}[])
  test(row.what, async () => {
    const samples = await samplesOf(afterwards([row.record ?? {}], row.config));
    assert.deepEqual(
      samples.filter((line) => line.includes('requests_total')),
      row.counted,
    );
  });

test('a duration falls into the first bucket that holds it and is counted in all above', async () => {
  const metrics = afterwards([{ duration: 300 }, { duration: 301 }, { duration: 60_000 }], { addRoutersLabels: false });
  const samples = await samplesOf(metrics);
  assert.deepEqual(
    samples
      .filter((line) => line.includes('entrypoint_request_duration_seconds_bucket'))
      .map((line) => line.split(' ')[1]),
    ['0', '1', '2', '2', '3'],
  );
});

test('retries are counted for the service', async () => {
  const samples = await samplesOf(afterwards([{ retries: 2 }, { retries: 1 }, {}]));
  assert.ok(samples.includes('traefik_service_retries_total{service="mcp@file"} 3'));
});

test('a refused file leaves no trace', async () => {
  const metrics = createMetrics(PROMETHEUS, []);
  metrics.configReloaded(true, 1000);
  metrics.configReloaded(false, 2000);
  assert.deepEqual(await samplesOf(metrics), [
    'traefik_config_last_reload_success 1',
    'traefik_config_reloads_total 1',
  ]);
});

test('connections are counted up and down, and shown before there are any', async () => {
  const metrics = createMetrics(PROMETHEUS, ['web', 'idle']);
  metrics.connectionOpened('web');
  metrics.connectionOpened('web');
  metrics.connectionClosed('web');
  const samples = await samplesOf(metrics);
  assert.deepEqual(
    samples.filter((line) => line.includes('open_connections')),
    [
      'traefik_open_connections{entrypoint="idle",protocol="TCP"} 0',
      'traefik_open_connections{entrypoint="web",protocol="TCP"} 1',
    ],
  );
});

test('items removed by a reload are scraped once more and then forgotten', async () => {
  const metrics = afterwards([{}, { router: 'old@file', service: 'old@file', steps: [], retries: 1 }]);
  metrics.serverStatus('mcp@file', 'http://127.0.0.1:17101', true);
  metrics.serverStatus('mcp@file', 'http://gone', true);
  metrics.serverStatus('old@file', 'http://127.0.0.1:17101', true);
  const service = { kind: 'loadBalancer', servers: [{ url: 'http://127.0.0.1:17101' }] };
  metrics.configReloaded(true, 1000, {
    routers: new Map([['mcp@file', {}]]),
    services: new Map([['mcp@file', service]]),
  } as unknown as DynamicConfig);
  const mentions = (lines: string[]) => lines.filter((line) => /old@file|gone/.test(line)).length;
  assert.notEqual(mentions(await samplesOf(metrics)), 0);
  const left = await samplesOf(metrics);
  assert.equal(mentions(left), 0);
  assert.ok(left.includes('traefik_service_server_up{service="mcp@file",url="http://127.0.0.1:17101"} 1'));
});

test('a scrape includes metrics of the process', async () => {
  const { body, contentType } = await createMetrics(PROMETHEUS, []).render();
  assert.match(body, /^process_resident_memory_bytes \d+/m);
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
});

test('disabled metrics print nothing', async () => {
  const metrics = noMetrics();
  metrics.exchangeEnded(exampleRecord());
  assert.equal((await metrics.render()).body, '');
});

test('prom-client is not loaded before the first scrape', async () => {
  const script = `
    const { createMetrics } = await import(${JSON.stringify(new URL('./metrics.ts', import.meta.url).href)});
    const { createRequire } = await import('node:module');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('prom-client'));
    const metrics = createMetrics(${JSON.stringify(PROMETHEUS)}, []);
    const before = loaded();
    await metrics.render();
    console.log(before, loaded());`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  assert.equal(stdout.trim(), 'false true');
});
