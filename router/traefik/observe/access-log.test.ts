import assert from 'node:assert/strict';
import test from 'node:test';
import { HeaderList } from '../../core/request/header-list.ts';
import type { AccessLogConfig, HeaderMode } from '../../core/static-model.ts';
import { createLineMaker } from './access-log.ts';
import type { ExchangeRecord } from './record.ts';
import { exampleRecord } from './test-record.ts';

process.env.TZ = 'UTC';

type Modes = Record<string, HeaderMode>;
type Settings = Partial<Omit<AccessLogConfig, 'fields' | 'filters'>> & {
  filters?: Partial<AccessLogConfig['filters']>;
  fields?: HeaderMode;
  names?: Modes;
  headers?: HeaderMode;
  headerNames?: Modes;
};

const configOf = (settings: Settings = {}): AccessLogConfig => ({
  filePath: undefined,
  format: settings.format ?? 'json',
  filters: { statusCodes: [], retryAttempts: false, minDuration: 0, ...settings.filters },
  fields: {
    defaultMode: settings.fields ?? 'keep',
    names: new Map(Object.entries(settings.names ?? {})),
    headers: {
      defaultMode: settings.headers ?? 'drop',
      names: new Map(Object.entries(settings.headerNames ?? {})),
    },
  },
  addInternals: settings.addInternals ?? false,
});

const lineOf = (record: ExchangeRecord, settings?: Settings): string =>
  createLineMaker(configOf(settings))(record) ?? 'not written';

const OURS = { reason: 'drop', steps: 'drop' } as const;
const nobody = {
  serverUrl: undefined,
  originStatus: 0,
  originDuration: 0,
  originBytes: 0,
  originHeaders: undefined,
  steps: [],
};

// Traefik 3.7.15's lines for the same exchanges, with its times and ports.
for (const row of [
  {
    what: 'a forwarded request',
    record: exampleRecord(),
    traefik:
      '{"ClientAddr":"127.0.0.1:37792","ClientHost":"127.0.0.1","ClientPort":"37792","ClientUsername":"-","DownstreamContentSize":12,"DownstreamStatus":200,"Duration":4297980,"OriginContentSize":12,"OriginDuration":4085264,"OriginStatus":200,"Overhead":212716,"RequestAddr":"127.0.0.1:17080","RequestContentSize":0,"RequestCount":1,"RequestHost":"127.0.0.1","RequestMethod":"GET","RequestPath":"/mcp?x=1\\u0026y=%20z","RequestPort":"17080","RequestProtocol":"HTTP/1.1","RequestScheme":"http","RetryAttempts":0,"RouterName":"mcp@file","ServiceAddr":"127.0.0.1:17101","ServiceName":"mcp@file","ServiceURL":"http://127.0.0.1:17101","StartLocal":"2026-11-21T07:34:11.500729Z","StartUTC":"2026-11-21T07:34:11.500729Z","entryPointName":"web","level":"info","msg":"","time":"2026-11-21T07:34:11Z"}',
  },
  {
    what: 'a request that no router wants',
    record: exampleRecord({
      ...nobody,
      startedAt: Date.UTC(2026, 10, 21, 7, 34, 11, 540),
      duration: 0.052748,
      clientPort: 37826,
      target: '/nope',
      host: 'Plain.Example',
      router: undefined,
      service: undefined,
      status: 404,
      responseBytes: 19,
    }),
    traefik:
      '{"ClientAddr":"127.0.0.1:37826","ClientHost":"127.0.0.1","ClientPort":"37826","ClientUsername":"-","DownstreamContentSize":19,"DownstreamStatus":404,"Duration":52748,"GzipRatio":0,"OriginContentSize":0,"OriginDuration":0,"OriginStatus":0,"Overhead":52748,"RequestAddr":"Plain.Example","RequestContentSize":0,"RequestCount":1,"RequestHost":"Plain.Example","RequestMethod":"GET","RequestPath":"/nope","RequestPort":"-","RequestProtocol":"HTTP/1.1","RequestScheme":"http","RetryAttempts":0,"StartLocal":"2026-11-21T07:34:11.54Z","StartUTC":"2026-11-21T07:34:11.54Z","entryPointName":"web","level":"info","msg":"","time":"2026-11-21T07:34:11Z"}',
  },
  {
    what: 'a request that a middleware answers: its router, but no service',
    record: exampleRecord({
      ...nobody,
      startedAt: Date.UTC(2026, 10, 21, 7, 34, 11),
      duration: 0.066438,
      clientPort: 51756,
      target: '/ip?q=1',
      host: '127.0.0.1:17280',
      router: 'ip@file',
      service: 'app@file',
      status: 403,
      responseBytes: 9,
    }),
    traefik:
      '{"ClientAddr":"127.0.0.1:51756","ClientHost":"127.0.0.1","ClientPort":"51756","ClientUsername":"-","DownstreamContentSize":9,"DownstreamStatus":403,"Duration":66438,"GzipRatio":0,"OriginContentSize":0,"OriginDuration":0,"OriginStatus":0,"Overhead":66438,"RequestAddr":"127.0.0.1:17280","RequestContentSize":0,"RequestCount":1,"RequestHost":"127.0.0.1","RequestMethod":"GET","RequestPath":"/ip?q=1","RequestPort":"17280","RequestProtocol":"HTTP/1.1","RequestScheme":"http","RetryAttempts":0,"RouterName":"ip@file","StartLocal":"2026-11-21T07:34:11Z","StartUTC":"2026-11-21T07:34:11Z","entryPointName":"web","level":"info","msg":"","time":"2026-11-21T07:34:11Z"}',
  },
  {
    what: 'HTTP/2 over TLS, by a weighted service, from a client behind a trusted proxy',
    record: exampleRecord({
      startedAt: Date.UTC(2026, 10, 21, 7, 34, 11, 593),
      duration: 0.914602,
      originDuration: 0.764429,
      entryPoint: 'websecure',
      clientAddress: '::1',
      clientPort: 35760,
      requestHeaders: new HeaderList(['x-forwarded-for', '1.2.3.4, 5.6.7.8']),
      target: '/secure?x',
      host: '[::1]:17443',
      protocol: 'HTTP/2.0',
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' },
      router: 'w@file',
      service: 'w@file',
      serverUrl: 'http://127.0.0.1:17102/',
      steps: [
        { service: 'w@file', reason: 'round-robin', chosen: 'mcp@file' },
        { service: 'mcp@file', reason: 'cookie', chosen: 'http://127.0.0.1:17102/' },
      ],
    }),
    traefik:
      '{"ClientAddr":"[::1]:35760","ClientHost":"1.2.3.4, 5.6.7.8","ClientPort":"35760","ClientUsername":"-","DownstreamContentSize":12,"DownstreamStatus":200,"Duration":914602,"OriginContentSize":12,"OriginDuration":764429,"OriginStatus":200,"Overhead":150173,"RequestAddr":"[::1]:17443","RequestContentSize":0,"RequestCount":1,"RequestHost":"::1","RequestMethod":"GET","RequestPath":"/secure?x","RequestPort":"17443","RequestProtocol":"HTTP/2.0","RequestScheme":"https","RetryAttempts":0,"RouterName":"w@file","ServiceAddr":"127.0.0.1:17102","ServiceName":"mcp@file","ServiceURL":"http://127.0.0.1:17102/","StartLocal":"2026-11-21T07:34:11.593Z","StartUTC":"2026-11-21T07:34:11.593Z","TLSCipher":"TLS_AES_128_GCM_SHA256","TLSVersion":"1.3","entryPointName":"websecure","level":"info","msg":"","time":"2026-11-21T07:34:11Z"}',
  },
])
  test(`${row.what} gives the line that Traefik writes`, () => {
    assert.equal(lineOf(row.record, { names: OURS }), `${row.traefik}\n`);
  });

test('a JSON line also has the reason for the route, level by level', () => {
  const { reason, steps } = JSON.parse(lineOf(exampleRecord()));
  assert.deepEqual({ reason, steps }, { reason: 'unknown-cookie', steps: exampleRecord().steps });
});

const common = { format: 'common', names: OURS } as const;
for (const row of [
  {
    what: 'a forwarded request',
    line: '127.0.0.1 - - [21/Nov/2026:07:34:11 +0000] "GET /mcp?x=1&y=%20z HTTP/1.1" 200 12 "-" "-" 1 "mcp@file" "http://127.0.0.1:17101" 4ms',
  },
  {
    what: 'an unrouted one',
    record: { ...nobody, router: undefined, service: undefined, status: 404, responseBytes: 19, duration: 0.4 },
    line: '127.0.0.1 - - [21/Nov/2026:07:34:11 +0000] "GET /mcp?x=1&y=%20z HTTP/1.1" 404 19 "-" "-" 1 "-" "-" 0ms',
  },
  {
    what: 'headers that are kept',
    record: { requestHeaders: new HeaderList(['user-agent', 'a"b', 'referer', '']) },
    settings: { headers: 'keep' },
    line: '127.0.0.1 - - [21/Nov/2026:07:34:11 +0000] "GET /mcp?x=1&y=%20z HTTP/1.1" 200 12 "-" "a\\"b" 1 "mcp@file" "http://127.0.0.1:17101" 4ms',
  },
  {
    what: 'everything dropped',
    settings: { fields: 'drop', names: {} },
    line: '- - - [-] "- - -" - - "-" "-" - "-" "-" 0ms',
  },
  {
    what: 'our reason at its end',
    settings: { names: {} },
    line: '127.0.0.1 - - [21/Nov/2026:07:34:11 +0000] "GET /mcp?x=1&y=%20z HTTP/1.1" 200 12 "-" "-" 1 "mcp@file" "http://127.0.0.1:17101" 4ms "unknown-cookie"',
  },
  {
    what: 'no control characters',
    record: { username: 'bob\n\x1b[2J', steps: [] },
    line: '127.0.0.1 - bob??[2J [21/Nov/2026:07:34:11 +0000] "GET /mcp?x=1&y=%20z HTTP/1.1" 200 12 "-" "-" 1 "mcp@file" "http://127.0.0.1:17101" 4ms',
  },
] satisfies { what: string; line: string; record?: Partial<ExchangeRecord>; settings?: Settings }[])
  test(`the common format has ${row.what}`, () => {
    assert.equal(lineOf(exampleRecord(row.record), { ...common, ...row.settings }), `${row.line}\n`);
  });

for (const row of [
  {
    what: 'names are found whatever their case, and redact keeps a field',
    settings: { fields: 'drop', names: { clienthost: 'keep', DURATION: 'redact' } },
    fields: { ClientHost: '127.0.0.1', Duration: 4297980 },
  },
  {
    what: 'headers are joined, redacted or dropped by name',
    settings: {
      fields: 'drop',
      headers: 'keep',
      headerNames: { 'X-TWO': 'redact', accept: 'drop', 'content-type': 'drop' },
    },
    fields: { 'downstream_X-Two': 'REDACTED', request_Authorization: 'REDACTED', request_Cookie: 'REDACTED' },
  },
  {
    what: 'cookies and credentials are in clear only for who names them',
    settings: { fields: 'drop', headers: 'drop', headerNames: { Cookie: 'keep', authorization: 'keep' } },
    fields: { request_Authorization: 'Bearer s', request_Cookie: 'a=b' },
  },
  {
    what: 'every value of a header is in its field',
    settings: { fields: 'drop', headerNames: { 'x-two': 'keep' } },
    fields: { 'downstream_X-Two': 'a,b' },
  },
] satisfies { what: string; settings: Settings; fields: object }[])
  test(row.what, () => {
    const { level, msg, time, ...fields } = JSON.parse(lineOf(exampleRecord(), row.settings));
    assert.deepEqual(fields, row.fields);
    assert.deepEqual({ level, msg, time }, { level: 'info', msg: '', time: '2026-11-21T07:34:11Z' });
  });

test('an answer that did not reach the client has no compression ratio', () => {
  assert.doesNotMatch(lineOf(exampleRecord({ method: 'HEAD', responseBytes: 0 })), /GzipRatio/);
});

test('a UTF-8 header is logged as text', () => {
  const record = exampleRecord({ requestHeaders: new HeaderList(['x-html', '<b>Ã©']) });
  assert.match(lineOf(record, { headers: 'keep' }), /"request_X-Html":"\\u003cb\\u003eé"/);
});

for (const row of [
  { what: 'no filter', filters: {}, written: true },
  { what: 'a status that is listed', filters: { statusCodes: ['404', '200-299'] }, written: true },
  { what: 'a status that is not', filters: { statusCodes: ['404', '500-599'] }, written: false },
  { what: 'a retry', filters: { retryAttempts: true }, record: { retries: 1 }, written: true },
  { what: 'no retry', filters: { retryAttempts: true }, written: false },
  { what: 'a duration above the least', filters: { minDuration: 4 }, written: true },
  { what: 'a duration that is the least', filters: { minDuration: 4.29798 }, written: false },
  { what: 'one filter of two', filters: { statusCodes: ['404'], minDuration: 4 }, written: true },
] satisfies { what: string; filters: Settings['filters']; record?: Partial<ExchangeRecord>; written: boolean }[])
  test(`with ${row.what} the line is ${row.written ? '' : 'not '}written`, () => {
    assert.equal(lineOf(exampleRecord(row.record), { filters: row.filters }) !== 'not written', row.written);
  });

test('filtered lines still count', () => {
  const make = createLineMaker(configOf({ filters: { statusCodes: ['404'] } }));
  make(exampleRecord());
  assert.match(make(exampleRecord({ status: 404 })) ?? '', /"RequestCount":2,/);
});

for (const record of [{ internal: true }, { service: 'noop@internal' }])
  test(`an exchange with ${JSON.stringify(record)} is written only with addInternals`, () => {
    assert.equal(lineOf(exampleRecord(record)), 'not written');
    assert.notEqual(lineOf(exampleRecord(record), { addInternals: true }), 'not written');
  });
