import assert from 'node:assert/strict';
import test from 'node:test';
import { readTarget } from '../target.ts';
import { partsFor, type RawData } from './api.ts';

const balancer = (more = {}) => ({
  loadBalancer: { servers: [{ url: 'http://a' }, { url: 'http://b', weight: 0 }], ...more },
});

const RAW: RawData = {
  routers: {
    'mcp@file': {
      rule: 'Host(`h`) && PathPrefix(`/mcp`)',
      service: 'mcp',
      middlewares: ['chain@file'],
      entryPoints: ['web'],
    },
    'other@file': { rule: 'Host(`other`) && PathPrefix(`/mcp`)', service: 'bad', entryPoints: ['web'] },
    'private@file': { rule: 'Host(`h`) && PathPrefix(`/mcp`)', service: 'bad', entryPoints: ['private'] },
    'rest@file': { rule: 'PathPrefix(`/`)', service: 'bad', entryPoints: ['web'] },
    'api@internal': { rule: 'PathPrefix(`/mcp`)', service: 'api@internal' },
  },
  services: {
    'mcp@file': { failover: { service: 'first', fallback: 'second@file' } },
    'first@file': { ...balancer({ healthCheck: { path: '/' } }), serverStatus: { 'http://a': 'DOWN' } },
    'second@file': { weighted: { services: [{ name: 'third' }, { name: 'mcp' }] } },
    'third@file': balancer(),
    'bad@file': balancer(),
  },
  middlewares: {
    'chain@file': { chain: { middlewares: ['pack', 'cors@file'] }, status: 'enabled', usedBy: [] },
    'pack@file': { compress: {}, status: 'enabled' },
    'cors@file': { headers: {} },
  },
};

const parts = (url: string, entryPoints = [{ name: 'web', address: ':80' }]) =>
  partsFor(RAW, { target: readTarget(url, undefined), entryPoints });

test('services and middlewares are followed to the last one', () => {
  const { routers, services, middlewares } = parts('http://h');
  assert.deepEqual(routers, ['mcp@file']);
  assert.deepEqual(services, [
    { name: 'first@file', healthCheck: true, servers: [server('http://a', 1, true), server('http://b', 0)] },
    { name: 'third@file', healthCheck: false, servers: [server('http://a', 1), server('http://b', 0)] },
  ]);
  assert.deepEqual(
    middlewares.map(({ name, kind }) => `${name} ${kind}`),
    ['chain@file chain', 'pack@file compress', 'cors@file headers'],
  );
});

const server = (url: string, weight: number, down = false) => ({ url, weight, down });

for (const [name, url, entryPoints, routers] of [
  ['the host tells', 'http://other', undefined, ['other@file']],
  ['the entry point tells', 'http://h:81', [{ name: 'private', address: '127.0.0.1:81/tcp' }], ['private@file']],
  [
    'an entry point that nobody uses tells nothing',
    'http://h:81',
    [{ name: 'traefik', address: ':81' }],
    ['mcp@file', 'private@file'],
  ],
  ['where no rule names the path, the rest counts', 'http://h/ai', undefined, ['rest@file']],
] as const)
  test(name, () => assert.deepEqual(parts(url, entryPoints && [...entryPoints]).routers, routers));
