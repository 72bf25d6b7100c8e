import type { JsonObject } from '../subject.ts';
import type { Random } from './random.ts';
import { HEADER_NAMES, RANGES, RULE_PATHS } from './words.ts';

/** A random stateless middleware; `known`: the ones that a chain may name. */
export const randomMiddleware = (random: Random, known: readonly string[]): JsonObject =>
  random.weigh<JsonObject>([
    [3, () => ({ headers: custom(random) })],
    [2, () => ({ headers: cors(random) })],
    [2, () => ({ stripPrefix: { prefixes: random.some(RULE_PATHS, random.between(1, 2)) } })],
    [2, () => ({ addPrefix: { prefix: random.pick(['/pre', '/a b', '/x/', 'bare', '/é']) } })],
    [2, () => ({ replacePathRegex: replacement(random) })],
    [1, () => ({ chain: { middlewares: known.length > 0 ? random.some(known, 2) : ['nosuch'] } })],
    [1, () => ({ redirectScheme: scheme(random) })],
    [1, () => ({ ipAllowList: { sourceRange: random.some(RANGES, random.between(1, 2)), ...strategy(random) } })],
    [0.5, () => ({ retry: { attempts: random.between(1, 3) } })],
  ]);

const custom = (random: Random): JsonObject => ({
  customRequestHeaders: Object.fromEntries(
    random
      .some([...HEADER_NAMES, 'Accept', 'x-lower', 'X-Forwarded-Proto', 'Host'], random.between(1, 3))
      .map((name) => [name, random.pick(['set', '', 'n1.set'])]),
  ),
  ...(random.chance(0.6) && {
    customResponseHeaders: Object.fromEntries(
      random
        .some(['X-Out', 'X-Origin', 'x-low', 'Vary', 'Set-Cookie'], 2)
        .map((name) => [name, random.pick(['out', ''])]),
    ),
  }),
});

const cors = (random: Random): JsonObject => ({
  accessControlAllowOriginList: random.pick([['https://app.example'], ['*'], ['https://app.example', 'null']]),
  ...(random.chance(0.5) && { accessControlAllowMethods: ['GET', 'POST'] }),
  ...(random.chance(0.5) && { accessControlAllowHeaders: ['Mcp-Session-Id'] }),
  ...(random.chance(0.5) && { accessControlExposeHeaders: ['Mcp-Session-Id', 'X-A'] }),
  ...(random.chance(0.5) && { accessControlAllowCredentials: random.chance(0.5) }),
  ...(random.chance(0.4) && { accessControlMaxAge: random.pick([0, 60]) }),
  ...(random.chance(0.5) && { addVaryHeader: true }),
});

/** A group of an expression, in braces. */
const group = (name: string): string => `$\{${name}}`;

const replacement = (random: Random): JsonObject => ({
  regex: random.pick(['^/mcp/(.*)$', '^/(.*)$', 'a', '^/([a-z]+)/(.*)', '/x$', '(?i)mcp']),
  replacement: random.pick(['/r/$1', '/$1', `/${group('1')}z`, '', '/q?x=$1', '/a b/$1', '/$2/$1']),
});

const scheme = (random: Random): JsonObject => ({
  scheme: random.pick(['https', 'http', 'HTTPS']),
  ...(random.chance(0.4) && { port: random.pick(['443', '8443', '80']) }),
  ...(random.chance(0.4) && { permanent: true }),
});

const strategy = (random: Random): JsonObject =>
  random.weigh<JsonObject>([
    [3, () => ({})],
    [1, () => ({ ipStrategy: { depth: random.between(1, 2) } })],
    [1, () => ({ ipStrategy: { excludedIPs: ['127.0.0.1'] } })],
  ]);
