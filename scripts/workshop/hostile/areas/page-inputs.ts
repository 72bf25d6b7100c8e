/** Hostile requests to the dashboard. */
export const METHODS = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'HEAD'];

export const HOSTS: readonly ((port: number) => string)[] = [
  () => '',
  (port) => `evil.example:${port}`,
  (port) => `localhost.evil.example:${port}`,
  (port) => `127.0.0.1.nip.io:${port}`,
  (port) => `127.0.0.1.:${port}`,
  (port) => `127.1:${port}`,
  (port) => `2130706433:${port}`,
  (port) => `0.0.0.0:${port}`,
  (port) => `[::ffff:127.0.0.1]:${port}`,
  (port) => `[::]:${port}`,
  (port) => `a@127.0.0.1:${port}`,
  (port) => `127.0.0.1:0${port}`,
  (port) => `127.0.0.1:${port}:80`,
  (port) => `127.0.0.1:${port}, evil.example`,
  (port) => `evil.example\r\nHost: 127.0.0.1:${port}`,
  () => '127.0.0.1',
  () => 'localhost',
  () => '__proto__',
];

export const TRAVERSALS = [
  ...['assets/../api/about', 'assets/../../../../etc/passwd', 'assets/..%2f..%2fapp.ts', 'assets/%2e%2e/app.ts'],
  ...['assets/..\\..\\app.ts', 'assets//etc/passwd', 'assets/app.js%00.svg', 'assets/./app.ts', 'assets/', 'assets'],
  ...[
    'assets/__proto__',
    'assets/constructor',
    'assets/index.html',
    'assets/app.js/',
    'assets/APP.JS',
    'assets/%61pp.ts',
  ],
  ...[
    'api/requests/-1',
    'api/requests/1e9',
    'api/requests/99999999999999999999',
    'api/requests/0x1',
    'api/requests/1/2',
  ],
  ...[
    'api/',
    'api',
    'api/__proto__',
    'api/stream/',
    'api%2fabout',
    '..',
    '%2e%2e/',
    '?a',
    '//',
    'api/explain',
    'api/actions',
  ],
];
/** Outside the base path. */
export const OUTSIDE = [
  '/',
  '/api/about',
  '/assets/app.js',
  '//api/about',
  '///',
  '/%',
  '/%00',
  '*',
  '/.git/config',
  '/\\evil',
];

const json = (value: unknown): string => JSON.stringify(value);
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
export const BODIES: readonly string[] = [
  ...['', '{', 'null', '7', '""', '[]', '{}', '\xff\xfe', '\ufeff{}', nested(30_000), `{"text":${nested(30_000)}}`],
  ...[{ text: 7 }, { text: null }, { text: [] }, { text: { toString: 'a' } }, { action: 7, node: {} }].map(json),
  ...[
    { action: 'constructor', node: 'n1' },
    { action: '__proto__', node: 'n1' },
    { action: 'kill', node: '__proto__' },
  ].map(json),
  ...[
    { action: 'close', node: 'n1' },
    { action: ['kill'], node: 'n9' },
    { action: 'kill', node: ['n1'] },
  ].map(json),
  ...['{"__proto__":{"text":"GET /"}}', '{"constructor":{"prototype":{"text":"a"}}}', '{"text":"a","text":7}'],
  json({ text: 'x'.repeat(1_000_000) }),
  json({ text: `GET /${'a/../'.repeat(10_000)}` }),
  json({ text: `GET /\n${'a: b\n'.repeat(10_000)}` }),
  json({ text: 'pin=a;'.repeat(10_000) }),
  json({ text: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', entryPoint: { a: 1 } }),
  json({ text: 'GET \u0000\u202e/ ' }),
];
