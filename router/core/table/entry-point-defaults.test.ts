import assert from 'node:assert/strict';
import test from 'node:test';
import { readStatic } from '../../traefik/config/static/read-static.ts';
import { exampleConfig, exampleLoadBalancer } from '../service/test-examples.ts';
import { applyEntryPoints } from './entry-point-defaults.ts';

const [ROUTER] = exampleConfig({ s: exampleLoadBalancer([]) }).routers.values();

/** The copies of one router: name, entry points, middlewares, and whether it requires TLS. */
const served = (entryPoints: string, router: object = {}): string[] => {
  const text = `entryPoints: { ${entryPoints} }\nproviders: { file: { filename: d.yml } }\n`;
  const { config, problems } = readStatic({ file: 'traefik.yml', text });
  assert.deepEqual(problems, []);
  const copies = applyEntryPoints([{ ...ROUTER!, ...router }], config!);
  return [...copies.values()].map(
    ({ name, entryPoints, middlewares, tls }) =>
      `${name} on ${entryPoints.join('+')} by ${middlewares.join('+')}${tls ? ' over TLS' : ''}`,
  );
};

const PLAIN = 'b: { address: ":1" }, a: { address: ":2" }';
const MARKED = 'm: { address: ":3", http: { middlewares: [mark] } }';
const SEALED = 't: { address: ":4", http: { tls: {} } }';
const OWN = 'traefik: { address: ":5" }';

for (const { when, entryPoints, router, are } of [
  { when: 'no entry point adds anything', entryPoints: PLAIN, router: {}, are: ['s@file on a+b by '] },
  { when: 'one is Traefik’s own', entryPoints: `${PLAIN}, ${OWN}`, router: {}, are: ['s@file on a+b by '] },
  { when: 'there is only Traefik’s own', entryPoints: OWN, router: {}, are: ['s@file on  by '] },
  {
    when: 'one is marked as the default',
    entryPoints: `${PLAIN}, c: { address: ":6", asDefault: true }`,
    router: {},
    are: ['s@file on c by '],
  },
  {
    when: 'some add middlewares or TLS',
    entryPoints: `${PLAIN}, ${MARKED}, ${SEALED}`,
    router: { middlewares: ['own@file'] },
    are: ['m-s@file on m by mark@file+own@file', 't-s@file on t by own@file over TLS', 's@file on a+b by own@file'],
  },
  {
    when: 'the only one it names adds something',
    entryPoints: `${PLAIN}, ${SEALED}`,
    router: { entryPoints: ['t'] },
    are: ['s@file on t by  over TLS'],
  },
  {
    when: 'it speaks TLS itself, and its entry point adds a middleware',
    entryPoints: MARKED,
    router: { tls: true },
    are: ['s@file on m by mark@file over TLS'],
  },
  {
    when: 'it names one that does not exist',
    entryPoints: SEALED,
    router: { entryPoints: ['t', 'nosuch'] },
    are: ['t-s@file on t by  over TLS', 's@file on nosuch by '],
  },
])
  test(`the copies of a router when ${when}`, () => assert.deepEqual(served(entryPoints, router), are));
