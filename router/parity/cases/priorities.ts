import type { Area } from '../case.ts';
import { pool, prefix, route } from './parts.ts';

export const priorities: Area = {
  name: 'priorities',
  entryPoints: { priorities: {}, 'priorities-ties': {} },
  origins: ['a', 'b', 'c'],
  http: {
    routers: {
      // The longer rule wins, whatever the order in the file.
      lenShort: prefix('/len', 'prA'),
      lenLong: prefix('/len/x', 'prB'),
      // An explicit priority beats a length; a negative one loses.
      setHigh: prefix('/set', 'prA', { priority: 100 }),
      setLow: prefix('/set/x', 'prB'),
      negativeOne: prefix('/neg/long/rule', 'prA', { priority: -5 }),
      positiveOne: prefix('/neg', 'prB'),
      zero: prefix('/zero', 'prA', { priority: 0 }),
      zeroOther: prefix('/zero/x', 'prB'),
      tieB: route('Path(`/tie`)', 'prB', { entryPoints: ['priorities-ties'] }),
      tieA: route('Path(`/tie`)', 'prA', { entryPoints: ['priorities-ties'] }),
      tieC: route('Path(`/tie`)', 'prC', { entryPoints: ['priorities-ties'] }),
      tieSet2: route('Path(`/tieset`)', 'prB', { priority: 7, entryPoints: ['priorities-ties'] }),
      tieSet1: route('PathPrefix(`/tieset`)', 'prA', { priority: 7, entryPoints: ['priorities-ties'] }),
      // Bytes are counted, not characters: the rule with two-byte characters is longer.
      bytes: route('PathPrefix(`/by`) && !Path(`/éé`)', 'prA'),
      letters: route('PathPrefix(`/by`) && !Path(`/eee`)', 'prB', {}),
      // Spaces count.
      blanks: route('PathPrefix(`/bl`)     ', 'prA'),
      noBlanks: route('PathPrefix(`/bl/`)', 'prB'),
      huge: prefix('/huge', 'prA', { priority: 9_000_000_000 }),
      hugeOther: prefix('/huge/x', 'prB', { priority: 5 }),
      tooHuge: prefix('/toohuge', 'prA', { priority: '9223372036854775807' }),
      tooHugeOther: prefix('/toohuge', 'prB', { priority: 3 }),
      noService: prefix('/noservice', 'nosuch'),
      under: prefix('/under', 'prA'),
      otherProvider: prefix('/other', 'prA@docker'),
      qualified: prefix('/qualified', 'prA@file'),
      badMiddleware: prefix('/badmw', 'prA', { middlewares: ['nosuch'] }),
    },
    services: { prA: pool('a'), prB: pool('b'), prC: pool('c') },
  },
  cases: [
    { name: 'the longer rule is tried first', send: { path: '/len/x' }, expect: { by: 'b' } },
    { name: 'the shorter takes the rest', send: { path: '/len/y' }, expect: { by: 'a' } },
    { name: 'a set priority beats a longer rule', send: { path: '/set/x' }, expect: { by: 'a' } },
    { name: 'a negative priority comes last', send: { path: '/neg/long/rule' }, expect: { by: 'b' } },
    { name: 'priority 0 means the length', send: { path: '/zero/x' }, expect: { by: 'b' } },
    {
      name: 'equal priorities: the first name is tried first',
      send: { path: '/tie', entryPoint: 'priorities-ties' },
      differs: { id: 'tie-order', traefik: { by: /^[abc]$/ }, router: { by: 'a' } },
    },
    {
      name: 'equal set priorities: the first name is tried first',
      send: { path: '/tieset', entryPoint: 'priorities-ties' },
      differs: { id: 'tie-order', traefik: { by: /^[abc]$/ }, router: { by: 'a' } },
    },
    { name: 'a rule is measured in bytes', send: { path: '/by' }, expect: { by: 'a' } },
    { name: 'spaces in a rule count', send: { path: '/bl/x' }, expect: { by: 'a' } },
    { name: 'a very high priority', send: { path: '/huge/x' }, expect: { by: 'a' } },
    {
      name: 'a priority reserved for internal routes leaves the router out',
      send: { path: '/toohuge' },
      expect: { by: 'b' },
    },
    {
      name: 'a service that does not exist: 404',
      send: { path: '/noservice' },
      expect: { status: 404, body: '404 page not found\n' },
    },
    { name: 'a service of another provider: 404', send: { path: '/other' }, expect: { status: 404 } },
    { name: 'a service named with @file', send: { path: '/qualified' }, expect: { by: 'a' } },
    {
      name: 'a middleware that does not exist: 404',
      send: { path: '/badmw' },
      expect: { status: 404, body: '404 page not found\n' },
    },
    {
      name: 'no rule at all: 404',
      send: { path: '/nothing' },
      expect: {
        status: 404,
        body: '404 page not found\n',
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          'x-content-type-options': 'nosniff',
          'content-length': '19',
          server: null,
          connection: null,
        },
      },
    },
    {
      name: 'no rule, HEAD: 404 without its text',
      send: { method: 'HEAD', path: '/nothing' },
      expect: { status: 404, body: '', headers: { 'content-length': '19' } },
    },
  ],
};
