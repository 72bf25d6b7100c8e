import assert from 'node:assert/strict';
import test from 'node:test';
import type { ServersTransportConfig, ServiceConfig } from '../model.ts';
import { buildServices } from './build.ts';
import {
  exampleCheck,
  exampleConfig,
  exampleFailover,
  exampleLoadBalancer,
  exampleRequest,
  exampleServer,
  exampleWeighted,
} from './test-examples.ts';

const A = 'http://127.0.0.1:3001';
const B = 'http://127.0.0.1:3002';
const DEPS = { random: () => 0.999, status: { isUp: () => true } };
const check = { healthCheck: exampleCheck() };

const SERVICES: Readonly<Record<string, ServiceConfig>> = {
  a: exampleLoadBalancer([A]),
  p2c: exampleLoadBalancer([A], { strategy: 'p2c' }),
  hrw: exampleLoadBalancer([A], { strategy: 'hrw' }),
  leastTime: exampleLoadBalancer([A], { strategy: 'leasttime' }),
  ha: exampleLoadBalancer([A], check),
  lost: exampleLoadBalancer([A], { serversTransport: 'gone@file' }),
  lostEmpty: exampleLoadBalancer([], { serversTransport: 'gone@file' }),
  lostChecked: exampleLoadBalancer([], { serversTransport: 'gone@file', ...check }),
  ownTransport: exampleLoadBalancer([A], { serversTransport: 'default@internal' }),
  knownTransport: exampleLoadBalancer([A], { serversTransport: 'known@file' }),
  noScheme: exampleLoadBalancer([A, '127.0.0.1:80', 'x']),
  missing: exampleWeighted(['a', 'nowhere']),
  fMissing: exampleFailover('ha', 'nowhere'),
  fMain: exampleFailover('nowhere', 'ha'),
  fNoCheck: exampleFailover('a', 'ha'),
  fP2c: exampleFailover('p2c', 'ha'),
  fHrw: exampleFailover('hrw', 'ha'),
  fLeastTime: exampleFailover('leastTime', 'ha'),
  fFallback: exampleFailover('ha', 'a', { healthCheck: true }),
  fPlain: exampleFailover('ha', 'a'),
  wNoCheck: exampleWeighted(['ha', 'a@file'], { healthCheck: true }),
  wOfPlain: exampleWeighted(['fPlain'], { healthCheck: true }),
  wPlain: exampleWeighted(['ha']),
  fOfPlain: exampleFailover('wPlain', 'a'),
  usesBad: exampleWeighted(['fNoCheck', 'a']),
  self: exampleWeighted(['self']),
  usesSelf: exampleWeighted(['self']),
  r1: exampleWeighted(['r2']),
  r2: exampleFailover('r1', 'a'),
  w0: exampleWeighted([]),
  zero: exampleLoadBalancer([exampleServer(A, { weight: 0 })]),
};

// Errors from Traefik's API; `r1` comes before `r2` here, in Traefik the order is random.
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  lost: [`error building proxy for server URL ${A}: getting RoundTripper: servers transport not found gone@file`],
  lostChecked: ['getting RoundTripper: servers transport not found gone@file'],
  noScheme: ['error parsing server URL 127.0.0.1:80: not an absolute URL'],
  missing: ['building HTTP service "nowhere": the service "nowhere@file" does not exist'],
  fMissing: ['the service "nowhere@file" does not exist'],
  fMain: ['the service "nowhere@file" does not exist'],
  fNoCheck: ['cannot register a as updater for fNoCheck@file: healthCheck not enabled in config for this WRR service'],
  fP2c: ['cannot register p2c as updater for fP2c@file: healthCheck not enabled in config for this P2C service'],
  fHrw: ['cannot register hrw as updater for fHrw@file: healthCheck not enabled in config for this HRW service'],
  fLeastTime: [
    'cannot register leastTime as updater for fLeastTime@file: healthCheck not enabled in config for this LeastTime service',
  ],
  fFallback: [
    'cannot register a as updater for fFallback@file: healthCheck not enabled in config for this WRR service',
  ],
  wNoCheck: [
    'cannot register a@file as updater for wNoCheck@file: healthCheck not enabled in config for this WRR service',
  ],
  wOfPlain: [
    'cannot register fPlain as updater for wOfPlain@file: healthCheck not enabled in config for this failover service',
  ],
  fOfPlain: [
    'cannot register wPlain as updater for fOfPlain@file: healthCheck not enabled in config for this WRR service',
  ],
  usesBad: [
    'building HTTP service "fNoCheck": cannot register a as updater for fNoCheck@file: healthCheck not enabled in config for this WRR service',
  ],
  self: [
    'could not instantiate service self@file: recursion detected in service:self@file->service:self@file',
    'building HTTP service "self": could not instantiate service self@file: recursion detected in service:self@file->service:self@file',
  ],
  usesSelf: [
    'building HTTP service "self": could not instantiate service self@file: recursion detected in service:self@file->service:self@file, building HTTP service "self": could not instantiate service self@file: recursion detected in service:self@file->service:self@file',
  ],
  r1: [
    'could not instantiate service r1@file: recursion detected in service:r1@file->service:r2@file->service:r1@file',
    'building HTTP service "r2": could not instantiate service r1@file: recursion detected in service:r1@file->service:r2@file->service:r1@file',
  ],
  r2: [
    'could not instantiate service r1@file: recursion detected in service:r1@file->service:r2@file->service:r1@file',
  ],
};

const transport = {} as ServersTransportConfig;
const config = { ...exampleConfig(SERVICES), serversTransports: new Map([['known@file', transport]]) };
const { services, errors } = buildServices(config, DEPS);

for (const name of Object.keys(SERVICES)) {
  const expected = ERRORS[name];
  test(`${name} ${expected ? `is refused: ${expected.at(-1)}` : 'is built'}`, () => {
    assert.deepEqual(errors.get(`${name}@file`), expected);
    assert.equal(services.has(`${name}@file`), expected === undefined);
  });
}

test('a shared service is a single instance with one round robin', () => {
  const shared = exampleLoadBalancer([A, B]);
  const built = buildServices(
    exampleConfig({ one: exampleWeighted(['s']), other: exampleWeighted(['s']), s: shared }),
    DEPS,
  );
  const chosen = ['one@file', 'other@file', 's@file'].map((name) => {
    const choice = built.services.get(name)!.choose(exampleRequest());
    return choice.kind === 'server' && choice.server.url;
  });
  assert.deepEqual(chosen, [A, B, A]);
});
