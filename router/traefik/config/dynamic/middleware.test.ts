import assert from 'node:assert/strict';
import test from 'node:test';
import type { MiddlewareConfig } from '../../../core/model.ts';
import { readDynamic } from './read-dynamic.ts';

const soundMiddleware = (keys: string): MiddlewareConfig => {
  const { config, problems } = readDynamic([{ file: 'd.yml', text: `http:\n  middlewares:\n    m: ${keys}` }]);
  assert.deepEqual(problems, []);
  return config.middlewares.get('m@file') as MiddlewareConfig;
};

for (const { keys, config } of [
  {
    keys: '{stripPrefix: {prefixes: "/a,/b"}}',
    config: { kind: 'stripPrefix', prefixes: ['/a', '/b'], forceSlash: false },
  },
  { keys: '{chain: {middlewares: [x, y@file]}}', config: { kind: 'chain', middlewares: ['x@file', 'y@file'] } },
  {
    keys: '{rateLimit: {average: 1, period: 1m}}',
    config: { kind: 'rateLimit', average: 1, period: 60_000, burst: 1, sourceCriterion: undefined },
  },
  {
    keys: '{ipAllowList: {sourceRange: [10.0.0.0/8, "::1"], ipStrategy: {}}}',
    config: {
      kind: 'ipAllowList',
      sourceRange: ['10.0.0.0/8', '::1'],
      ipStrategy: { depth: 0, excludedIPs: [], ipv6Subnet: undefined },
      rejectStatusCode: 403,
    },
  },
  {
    keys: '{retry: {attempts: 2}}',
    config: {
      kind: 'retry',
      attempts: 2,
      initialInterval: 0,
      timeout: 0,
      maxRequestBodyBytes: 2_097_152,
      status: [],
      disableRetryOnNetworkError: false,
      retryNonIdempotentMethod: false,
    },
  },
  {
    keys: '{redirectScheme: {scheme: https, port: 8443}}',
    config: { kind: 'redirectScheme', scheme: 'https', port: '8443', permanent: false },
  },
  {
    keys: '{buffering: {maxRequestBodyBytes: 5, memRequestBodyBytes: 1}}',
    config: { kind: 'buffering', maxRequestBodyBytes: 5, maxResponseBodyBytes: 0 },
  },
  {
    keys: '{inFlightReq: {amount: 3, sourceCriterion: {requestHost: true}}}',
    config: {
      kind: 'inFlightReq',
      amount: 3,
      sourceCriterion: { ipStrategy: undefined, requestHeaderName: '', requestHost: true },
    },
  },
])
  test(`the middleware ${keys}`, () => {
    const { at: _at, name: _name, ...found } = soundMiddleware(keys);
    assert.deepEqual(found, config);
  });

test('an unset option of a middleware is not the same as zero or false', () => {
  const unset = soundMiddleware('{headers: {customRequestHeaders: {X: ""}}}');
  const zero = soundMiddleware('{headers: {accessControlMaxAge: 0, frameDeny: false}}');
  assert.ok(unset.kind === 'headers' && zero.kind === 'headers');
  assert.deepEqual([unset.accessControlMaxAge, zero.accessControlMaxAge], [undefined, 0]);
  assert.deepEqual(unset.customRequestHeaders, new Map([['X', '']]));
  const auth = soundMiddleware('{forwardAuth: {address: "http://a"}}');
  assert.deepEqual(
    auth.kind === 'forwardAuth' && [auth.trustForwardHeader, auth.maxBodySize, auth.maxResponseBodySize],
    [undefined, -1, -1],
  );
});
