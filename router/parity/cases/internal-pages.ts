import type { Area, Case, Lab } from '../case.ts';
import { pool, prefix } from './parts.ts';

const json = async (lab: Lab, path: string): Promise<unknown> => {
  const { status, body } = await lab.send({ path, entryPoint: 'traefik' });
  return status === 200 ? JSON.parse(body) : status;
};

/** Only these parts of an entry, so that a case shows what it tests. */
const parts = (value: unknown, ...names: string[]): Record<string, unknown> => {
  const entry = value as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, entry[name]]));
};

export const internalPages: Area = {
  name: 'internal-pages',
  entryPoints: { 'internal-pages': {}, traefik: {} },
  static: { ping: { entryPoint: 'marker' }, api: { insecure: true, dashboard: false } },
  origins: ['a', 'b'],
  http: {
    routers: {
      ipOne: prefix('/ip', 'ipPool', { middlewares: ['ipAdd'] }),
      ipBroken: prefix('/broken', 'ipNone'),
      ipBadRule: { rule: 'Nonsense(', service: 'ipPool' },
      ipNoRule: { rule: '', service: 'ipPool' },
      ipNoService: { rule: 'PathPrefix(`/none`)' },
      ipNothing: { priority: 3 },
    },
    middlewares: { ipAdd: { addPrefix: { prefix: '/p' } } },
    services: { ipPool: pool('a b', { sticky: { cookie: { name: 'k' } } }) },
  },
  cases: [
    {
      name: 'ping',
      send: { path: '/ping', entryPoint: 'marker' },
      expect: { status: 200, body: 'OK', headers: { 'content-type': null, 'content-length': '2' } },
    },
    {
      name: 'ping: HEAD',
      send: { method: 'HEAD', path: '/ping', entryPoint: 'marker' },
      expect: { status: 200, body: '' },
    },
    {
      name: 'ping: POST',
      send: { method: 'POST', path: '/ping', entryPoint: 'marker' },
      expect: { status: 200, body: 'OK' },
    },
    { name: 'ping: only on its entry point', send: { path: '/ping' }, expect: { status: 404 } },
    { name: 'ping: below it', send: { path: '/ping/x', entryPoint: 'marker' }, expect: { status: 200, body: 'OK' } },
    {
      name: 'api: one router',
      play: async (lab) =>
        parts(
          await json(lab, '/api/http/routers/ipOne@file'),
          'name',
          'rule',
          'service',
          'status',
          'provider',
          'middlewares',
          'entryPoints',
          'using',
          'priority',
        ) as never,
      expect: {
        name: 'ipOne@file',
        rule: 'PathPrefix(`/ip`)',
        service: 'ipPool',
        status: 'enabled',
        provider: 'file',
        middlewares: ['ipAdd@file'],
        entryPoints: ['internal-pages'],
        using: ['internal-pages'],
        priority: 17,
      },
    },
    {
      name: 'api: a broken router says why',
      play: async (lab) => parts(await json(lab, '/api/http/routers/ipBroken@file'), 'status', 'error') as never,
      expect: { status: 'disabled', error: ['the service "ipNone@file" does not exist'] },
    },
    {
      name: 'api: a router whose rule does not parse',
      play: async (lab) => parts(await json(lab, '/api/http/routers/ipBadRule@file'), 'status') as never,
      expect: { status: 'disabled' },
    },
    {
      name: 'api: a router with an empty rule',
      play: async (lab) =>
        parts(await json(lab, '/api/http/routers/ipNoRule@file'), 'status', 'error', 'rule', 'priority') as never,
      expect: {
        status: 'disabled',
        error: ["error while parsing rule : parsing rule : 1:1: expected operand, found 'EOF'"],
        rule: undefined,
        priority: undefined,
      },
    },
    ...['ipNoService', 'ipNothing'].map(
      (name): Case => ({
        name: `api: a router without a service: ${name}`,
        play: async (lab) =>
          parts(await json(lab, `/api/http/routers/${name}@file`), 'status', 'error', 'service') as never,
        expect: {
          status: 'disabled',
          error: ['router has no service and no child routers', 'router must have either a service or child routers'],
          service: undefined,
        },
      }),
    ),
    {
      name: 'api: one service with the state of its servers',
      play: async (lab) =>
        parts(
          await json(lab, '/api/http/services/ipPool@file'),
          'name',
          'status',
          'type',
          'usedBy',
          'serverStatus',
          'provider',
        ) as never,
      expect: {
        name: 'ipPool@file',
        status: 'enabled',
        type: 'loadbalancer',
        provider: 'file',
        usedBy: ['ipBadRule@file', 'ipNoRule@file', 'ipOne@file'],
        serverStatus: { '{a}': 'UP', '{b}': 'UP' },
      },
    },
    {
      name: 'api: one middleware',
      play: async (lab) =>
        parts(
          await json(lab, '/api/http/middlewares/ipAdd@file'),
          'name',
          'type',
          'status',
          'usedBy',
          'addPrefix',
        ) as never,
      expect: {
        name: 'ipAdd@file',
        type: 'addprefix',
        status: 'enabled',
        usedBy: ['ipOne@file'],
        addPrefix: { prefix: '/p' },
      },
    },
    {
      name: 'api: an entry point',
      play: async (lab) => parts(await json(lab, '/api/entrypoints/internal-pages'), 'name', 'address') as never,
      expect: { name: 'internal-pages', address: '127.0.0.1:{port:internal-pages}' },
    },
    {
      name: 'api: something unknown',
      send: { path: '/api/http/routers/nosuch@file', entryPoint: 'traefik' },
      expect: { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } },
    },
    {
      name: 'api: the version',
      play: async (lab) => Object.keys((await json(lab, '/api/version')) as object).includes('Version'),
      expect: true,
    },
    {
      name: 'api: the list is JSON',
      send: { path: '/api/http/routers?per_page=1', entryPoint: 'traefik' },
      expect: { status: 200, headers: { 'content-type': 'application/json', 'x-next-page': '2' } },
    },
    {
      name: 'api: rawdata names routers, middlewares and services',
      play: async (lab) => Object.keys((await json(lab, '/api/rawdata')) as object).sort(),
      expect: ['middlewares', 'routers', 'services'],
    },
    { name: 'api: only on its entry point', send: { path: '/api/rawdata' }, expect: { status: 404 } },
    {
      name: 'api: POST',
      send: { method: 'POST', path: '/api/rawdata', entryPoint: 'traefik' },
      expect: { status: 405 },
    },
  ],
};
