/** A random request, in parts so that it can be shrunk. */
import { cookieFnv, cookieHash, defaultCookieName } from '../cookie-values.ts';
import type { JsonObject } from '../subject.ts';
import type { Random } from './random.ts';
import * as words from './words.ts';
import type { World } from './world.ts';

export type FuzzRequest = {
  readonly entryPoint: 'plain' | 'trusting';
  readonly method: string;
  readonly target: string;
  readonly version: '1.1' | '1.0';
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly framing: 'none' | 'length' | 'chunked';
};

export const bytesOf = ({ method, target, version, headers, body, framing }: FuzzRequest): string => {
  const framed: (readonly [string, string])[] = [...headers];
  if (framing === 'length') framed.push(['Content-Length', String(body.length)]);
  if (framing === 'chunked') framed.push(['Transfer-Encoding', 'chunked']);
  const head = framed.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
  return `${method} ${target} HTTP/${version}\r\n${head}\r\n${framing === 'chunked' ? `${chunk}0\r\n\r\n` : body}`;
};

/** `fill` inserts the addresses of the origins. */
export const randomRequest = (random: Random, world: World, fill: (text: string) => string): FuzzRequest => {
  const method = random.pick(words.METHODS);
  const withBody = !['GET', 'HEAD'].includes(method) && random.chance(0.6);
  const version = random.chance(0.97) ? '1.1' : '1.0';
  return {
    entryPoint: random.chance(0.75) ? 'plain' : 'trusting',
    method,
    target: randomTarget(random),
    version,
    headers: [['Host', random.pick(words.HOSTS)], ...randomHeaders(random), ...cookieHeaders(random, world, fill)],
    body: withBody ? random.pick(['', 'hello', '{"jsonrpc":"2.0"}', '\x00\xff\r\n\r\n']) : '',
    framing: withBody ? (version === '1.0' ? 'length' : random.pick(['length', 'chunked'])) : 'none',
  };
};

const randomTarget = (random: Random): string => {
  const odd = random.weigh([
    [30, () => ''],
    [2, () => random.pick(['/..', '/.', '//', '/%2e%2e', '/%2E', '/..;', '/...'])],
    [1, () => random.pick(['%00', '%zz', '%25', '\\', '%5c', '"', '|', '#f', '[', '%', '%0a'])],
  ]);
  const segments = random.list(random.between(0, 3), () => `/${random.pick(words.SEGMENTS)}`);
  segments.splice(random.below(segments.length + 1), 0, odd);
  const path = `${segments.join('')}${random.chance(0.2) ? '/' : ''}`;
  const target = `${path.startsWith('/') ? path : `/${path}`}${randomQuery(random)}`;
  return random.chance(0.03) ? `http://b.test${target}` : target;
};

const randomQuery = (random: Random): string => {
  if (random.chance(0.55)) return '';
  const pair = (): string =>
    random.weigh([
      [5, () => `${random.pick(words.QUERY_NAMES)}=${random.pick(words.QUERY_VALUES)}`],
      [2, () => random.pick(words.QUERY_NAMES)],
      [1, () => `status=${random.pick(['201', '204', '304', '404', '500'])}`],
      [
        1,
        () =>
          `h-${random.pick(['set-cookie=own%3D1', 'vary=Accept', 'x-out=mine', 'etag=%22e%22', 'location=/there'])}`,
      ],
      [1, () => random.pick(['%zz', '', '=', 'a=b=c', '%26=1', "'"])],
    ]);
  return `?${random.list(random.between(0, 3), pair).join(random.pick(['&', '&', '&', ';']))}`;
};

const randomHeaders = (random: Random): (readonly [string, string])[] =>
  random.list(
    random.weigh([
      [3, () => 0],
      [3, () => 1],
      [2, () => 2],
      [1, () => 4],
    ]),
    () =>
      random.weigh<readonly [string, string]>([
        [4, () => [random.pick(words.HEADER_NAMES), random.pick(words.HEADER_VALUES)]],
        [2, () => [random.pick(['x-k', 'MCP-SESSION-ID']), random.pick(words.HEADER_VALUES)]],
        [
          2,
          () => [
            random.pick(['X-Forwarded-For', 'X-Real-Ip']),
            random.pick(['1.2.3.4', '10.0.0.1, 2.2.2.2', '::1', 'junk']),
          ],
        ],
        [1, () => ['X-Forwarded-Proto', random.pick(['https', 'http', 'wss', 'HTTPS'])]],
        [
          1,
          () => [
            random.pick(['X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Forwarded-Server']),
            random.pick(['evil.test', '99', '/p']),
          ],
        ],
        [
          1,
          () => [
            'Connection',
            random.pick(['keep-alive', 'X-K', 'X-K, Mcp-Session-Id', 'Cookie', 'Upgrade', 'X-Forwarded-For', 'close']),
          ],
        ],
        [1, () => [random.pick(['TE', 'Te']), random.pick(['trailers', 'gzip', 'gzip, trailers'])]],
        [1, () => [random.pick(['Keep-Alive', 'Proxy-Connection', 'Trailer', 'Proxy-Authorization']), 'x']],
        [1, () => ['Origin', random.pick(['https://app.example', 'https://evil.example', 'null'])]],
        [1, () => ['Access-Control-Request-Method', 'POST']],
        [1, () => ['Accept-Encoding', random.pick(['gzip', 'identity', ''])]],
        [1, () => ['User-Agent', random.pick(['u', ''])]],
        [1, () => [random.pick(['Authorization', 'Forwarded', 'X_K', 'Accept']), 'v']],
      ]),
  );

const cookieHeaders = (random: Random, world: World, fill: (text: string) => string): (readonly [string, string])[] => {
  if (random.chance(0.45)) return [];
  const pair = (): string => {
    const name = random.chance(0.8)
      ? random.pick(words.COOKIE_NAMES)
      : defaultCookieName(`${random.pick(Object.keys(world.services))}@file`);
    const value = cookieText(
      random,
      random.chance(0.8) ? fill(random.pick(serverUrls(world))) : random.pick(Object.keys(world.services)),
    );
    return random.chance(0.92)
      ? `${name}=${value}`
      : random.pick([name, '', `${name} =${value}`, ` ${name}=${value} `, '"q', 'a b=c']);
  };
  const header = (): string =>
    random.list(random.between(1, 3), pair).join(random.pick(['; ', '; ', ';', '; ;', ', ']));
  return random.list(random.chance(0.9) ? 1 : 2, () => ['Cookie', header()] as const);
};

const cookieText = (random: Random, text: string): string =>
  random.weigh([
    [6, () => cookieHash(text)],
    [1, () => text],
    [1, () => cookieFnv(text)],
    [1, () => cookieFnv(cookieFnv(text))],
    [1, () => `"${cookieHash(text)}"`],
    [
      1,
      () =>
        random.pick([
          '',
          'junk',
          cookieHash(text).toUpperCase(),
          `${cookieHash(text)}0`,
          '"',
          '\xff',
          'a b',
          'a"b',
          '__proto__',
        ]),
    ],
  ]);

const serverUrls = (world: World): string[] => {
  const urls = Object.values(world.services).flatMap((service) => {
    const { loadBalancer } = service as { loadBalancer?: { servers: readonly JsonObject[] } };
    return loadBalancer?.servers.map(({ url }) => String(url)) ?? [];
  });
  return urls;
};
