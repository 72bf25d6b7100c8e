import type { Area, Case } from '../case.ts';
import type { JsonObject } from '../subject.ts';
import { pool, prefix } from './parts.ts';

/** A group of an expression, in braces. */
const group = (name: string): string => `$\{${name}}`;

const middlewares: Record<string, JsonObject> = {
  pmStrip: { stripPrefix: { prefixes: ['/pmStrip', '/other'] } },
  pmStripTwo: { stripPrefix: { prefixes: ['/pmStripTwo', '/pmStripTwo/longer'] } },
  pmStripSlash: { stripPrefix: { prefixes: ['/pmStripSlash/'] } },
  pmStripForce: { stripPrefix: { prefixes: ['/pmStripForce'], forceSlash: true } },
  pmStripEncoded: { stripPrefix: { prefixes: ['/pmStripEncoded/a b'] } },
  pmAdd: { addPrefix: { prefix: '/pre' } },
  pmAddBare: { addPrefix: { prefix: 'pre' } },
  pmAddSlash: { addPrefix: { prefix: '/pre/' } },
  pmAddOdd: { addPrefix: { prefix: '/p q%2Fr' } },
  pmReplace: { replacePathRegex: { regex: '^/pmReplace/(.*)$', replacement: '/api/$1' } },
  pmReplaceNamed: {
    replacePathRegex: { regex: '^/pmReplaceNamed/(?P<rest>.*)$', replacement: `/n/${group('rest')}/x` },
  },
  pmReplaceGlued: { replacePathRegex: { regex: '^/pmReplaceGlued/(.*)$', replacement: `/$1x/${group('1')}y/$$1/$9` } },
  pmReplaceAll: { replacePathRegex: { regex: 'o', replacement: '0' } },
  pmReplaceGlue: { replacePathRegex: { regex: '^/pmReplaceGlue/(.*)$', replacement: `/a$1x/${group('1')}y/$$1/$9z` } },
  pmReplaceNone: { replacePathRegex: { regex: '^/never$', replacement: '/x' } },
  pmReplaceQuery: { replacePathRegex: { regex: '^/pmReplaceQuery/(.*)$', replacement: '/q?b=$1' } },
  pmReplaceRelative: { replacePathRegex: { regex: '^/pmReplaceRelative/(.*)$', replacement: 'x/$1' } },
  pmReplaceDots: { replacePathRegex: { regex: '^/pmReplaceDots/(.*)$', replacement: '/a/../$1' } },
  pmChain: { chain: { middlewares: ['pmChainStrip', 'pmChainAdd@file', 'pmInner'] } },
  pmChainStrip: { stripPrefix: { prefixes: ['/pmChain'] } },
  pmChainAdd: { addPrefix: { prefix: '/one' } },
  pmInner: { chain: { middlewares: ['pmInnerAdd'] } },
  pmInnerAdd: { addPrefix: { prefix: '/two' } },
  pmBrokenChain: { chain: { middlewares: ['pmAdd', 'nosuch'] } },
  pmSelfChain: { chain: { middlewares: ['pmSelfChain'] } },
  pmBadRegex: { replacePathRegex: { regex: '(', replacement: '/x' } },
};

const rows: readonly (readonly [path: string, url: string | number, forwardedPrefix?: string | null])[] = [
  ['/pmStrip/a/b?q=1', '/a/b?q=1', '/pmStrip'],
  ['/pmStrip', '/', '/pmStrip'],
  ['/pmStrip/', '/', '/pmStrip'],
  ['/pmStripx', '/x', '/pmStrip'],
  ['/pmStrip?q', '/?q', '/pmStrip'],
  ['/pmStrip/a%2Fb', '/a%2Fb', '/pmStrip'],
  ['/pmStrip/caf%C3%A9', '/caf%C3%A9', '/pmStrip'],
  ['/pmStrip/a%20b', '/a%20b', '/pmStrip'],
  ['/pmStrip/../pmStrip/x', '/x', '/pmStrip'],
  ['/pmStrip//x', '/x', '/pmStrip'],
  ['/pmStripTwo/longer/x', '/longer/x', '/pmStripTwo'],
  ['/pmStripSlash/x', '/x', '/pmStripSlash/'],
  ['/pmStripSlashx', '/pmStripSlashx', null],
  ['/pmStripForce', '/', '/pmStripForce'],
  ['/pmStripForce/x', '/x', '/pmStripForce'],
  ['/pmStripEncoded/a%20b/c', '/c', '/pmStripEncoded/a b'],
  ['/pmAdd/x?q=1', '/pre/pmAdd/x?q=1', null],
  ['/pmAdd/a%2Fb', '/pre/pmAdd/a%2Fb'],
  ['/pmAddBare/x', '/pre/pmAddBare/x'],
  ['/pmAddSlash/x', '/pre//pmAddSlash/x'],
  ['/pmAddOdd/x', '/p%20q%252Fr/pmAddOdd/x'],
  ['/pmReplace/a/b?q=1', '/api/a/b?q=1'],
  ['/pmReplace/a%20b', '/api/a%20b'],
  ['/pmReplace/a%2Fb', '/api/a%2Fb'],
  ['/pmReplace/caf%C3%A9', '/api/caf%C3%A9'],
  ['/pmReplaceNamed/y', '/n/y/x'],
  ['/pmReplaceGlued/y', 400],
  ['/pmReplaceGlue/y', '/a/yy/$1/'],
  ['/pmReplaceAll/foo/boo', '/pmReplaceAll/f00/b00'],
  ['/pmReplaceNone/x', '/pmReplaceNone/x'],
  ['/pmReplaceQuery/v?a=1', '/q%3Fb=v?a=1'],
  ['/pmReplaceDots/v', 400],
  ['/pmChain/x', '/two/one/x', '/pmChain'],
  ['/pmBrokenChain/x', 404],
  ['/pmSelfChain/x', 404],
  ['/pmBadRegex/x', 404],
];

const routed = Object.keys(middlewares).filter((name) => !/Inner|ChainStrip|ChainAdd/.test(name));

export const pathMiddlewares: Area = {
  name: 'path-middlewares',
  origins: ['a'],
  http: {
    routers: {
      ...Object.fromEntries(routed.map((name) => [name, prefix(`/${name}`, 'pmA', { middlewares: [name] })])),
      pmTwice: prefix('/pmTwice', 'pmA', { middlewares: ['pmAdd', 'pmAdd'] }),
      pmOrder: prefix('/pmOrder', 'pmA', { middlewares: ['pmAdd', 'pmReplaceAll', 'pmAddSlash'] }),
      pmBoth: prefix('/pmStripTrusted', 'pmA', { middlewares: ['pmTrusted'] }),
    },
    middlewares: { ...middlewares, pmTrusted: { stripPrefix: { prefixes: ['/pmStripTrusted'] } } },
    services: { pmA: pool('a') },
  },
  cases: [
    {
      name: 'a path without its slash',
      send: { path: '/pmReplaceRelative/v' },
      differs: { id: 'relative-path', traefik: { status: 400 }, router: { status: 500 } },
    },
    ...rows.map(
      ([path, url, forwarded]): Case => ({
        name: `${path} becomes ${url}`,
        send: { path },
        expect:
          typeof url === 'number'
            ? { status: url }
            : {
                status: 200,
                seen: { url, ...(forwarded !== undefined && { headers: { 'x-forwarded-prefix': forwarded } }) },
              },
      }),
    ),
    { name: 'one middleware may run twice', send: { path: '/pmTwice' }, expect: { seen: { url: '/pre/pre/pmTwice' } } },
    {
      name: 'middlewares run in their order',
      send: { path: '/pmOrder/o' },
      expect: { seen: { url: '/pre//pre/pmOrder/0' } },
    },
    {
      name: "a client's X-Forwarded-Prefix is removed",
      send: { path: '/pmStripTrusted/x', headers: { 'X-Forwarded-Prefix': '/evil' } },
      expect: { seen: { headers: { 'x-forwarded-prefix': '/pmStripTrusted' } } },
    },
  ],
};
