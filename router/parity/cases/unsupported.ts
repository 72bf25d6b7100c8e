import type { Area } from '../case.ts';
import { pool, prefix } from './parts.ts';

const leftOut = { id: 'unsupported-part', traefik: { status: 200 }, router: { status: 404 } } as const;

/** Features of Traefik only: with `--lenient` the routers that need them are left out, and no others. */
export const unsupported: Area = {
  name: 'unsupported',
  origins: ['a', 'b'],
  http: {
    routers: {
      usPlain: prefix('/plain', 'usPool'),
      usCompress: prefix('/compress', 'usPool', { middlewares: ['usSmall'] }),
      usBreaker: prefix('/breaker', 'usPool', { middlewares: ['usBreak'] }),
      usMirror: prefix('/mirror', 'usMirrored'),
    },
    middlewares: {
      usSmall: { compress: {} },
      usBreak: { circuitBreaker: { expression: 'NetworkErrorRatio() > 0.5' } },
    },
    services: {
      usPool: pool('a'),
      usOther: pool('b'),
      usMirrored: { mirroring: { service: 'usPool', mirrors: [{ name: 'usOther', percent: 10 }] } },
    },
  },
  cases: [
    { name: 'an unaffected route', send: { path: '/plain' }, expect: { status: 200 } },
    { name: 'compress', send: { path: '/compress' }, differs: leftOut },
    { name: 'circuitBreaker', send: { path: '/breaker' }, differs: leftOut },
    { name: 'mirroring', send: { path: '/mirror' }, differs: leftOut },
  ],
};
