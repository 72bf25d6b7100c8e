import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reply } from '../../core/middleware.ts';
import type { HeadersConfig } from '../../core/model.ts';
import { headers } from './headers.ts';
import { answered, errorOf, exampleExchange, headersConfig, type Pairs, replyOf, working } from './test-exchange.ts';

const LISTED: Partial<HeadersConfig> = {
  accessControlAllowOriginList: ['https://a', 'https://b'],
  accessControlAllowMethods: ['GET', 'POST'],
  accessControlAllowHeaders: ['content-type', 'mcp-session-id'],
  accessControlExposeHeaders: ['mcp-session-id', 'x'],
  accessControlMaxAge: 100,
  addVaryHeader: true,
};
const STAR: Partial<HeadersConfig> = {
  accessControlAllowOriginList: ['*'],
  accessControlAllowMethods: ['*'],
  accessControlAllowHeaders: ['*'],
  accessControlExposeHeaders: ['*'],
  accessControlMaxAge: 0,
};
const STAR_WITH_CREDENTIALS = { ...STAR, accessControlMaxAge: undefined, accessControlAllowCredentials: true };
const PATTERN: Partial<HeadersConfig> = {
  accessControlAllowOriginListRegex: ['^https://.*\\.ex$'],
  addVaryHeader: true,
  customResponseHeaders: new Map([
    ['Access-Control-Allow-Origin', 'custom'],
    ['Vary', ''],
  ]),
};

const preflights: readonly { when: string; config: Partial<HeadersConfig>; origin: string; answer: Pairs }[] = [
  {
    when: 'a listed origin',
    config: LISTED,
    origin: 'https://a',
    answer: [
      ['access-control-allow-headers', 'content-type,mcp-session-id'],
      ['access-control-allow-methods', 'GET,POST'],
      ['access-control-allow-origin', 'https://a'],
      ['access-control-expose-headers', 'mcp-session-id,x'],
      ['access-control-max-age', '100'],
    ],
  },
  {
    when: 'another origin gets the rest of the answer',
    config: LISTED,
    origin: 'https://A',
    answer: [
      ['access-control-allow-headers', 'content-type,mcp-session-id'],
      ['access-control-allow-methods', 'GET,POST'],
      ['access-control-expose-headers', 'mcp-session-id,x'],
      ['access-control-max-age', '100'],
    ],
  },
  {
    when: 'stars are said as they are, and a max age of 0 too',
    config: STAR,
    origin: 'https://a',
    answer: [
      ['access-control-allow-headers', '*'],
      ['access-control-allow-methods', '*'],
      ['access-control-allow-origin', '*'],
      ['access-control-expose-headers', '*'],
      ['access-control-max-age', '0'],
    ],
  },
  {
    when: 'with credentials a star becomes what was asked for',
    config: STAR_WITH_CREDENTIALS,
    origin: 'https://a',
    answer: [
      ['access-control-allow-credentials', 'true'],
      ['access-control-allow-headers', 'x-1,x-2'],
      ['access-control-allow-methods', 'POST'],
      ['access-control-allow-origin', 'https://a'],
    ],
  },
  {
    when: 'an origin that fits a pattern',
    config: PATTERN,
    origin: 'https://y.ex',
    answer: [['access-control-allow-origin', 'https://y.ex']],
  },
  {
    when: 'an origin that fits none: custom headers are not for preflights',
    config: PATTERN,
    origin: 'https://a',
    answer: [],
  },
];

for (const row of preflights)
  test(`preflight: ${row.when}`, () => {
    const asked: Pairs = [
      ['origin', row.origin],
      ['access-control-request-method', 'POST'],
      ['access-control-request-headers', 'x-1,x-2'],
    ];
    const reply = working(headers(headersConfig(row.config))).request?.(
      exampleExchange({ method: 'OPTIONS', headers: asked }),
    );
    assert.deepEqual(replyOf(reply as Reply), { status: 200, headers: row.answer, body: '' });
  });

const noPreflights: readonly { when: string; method: string; headers: Pairs }[] = [
  { when: 'OPTIONS without a requested method', method: 'OPTIONS', headers: [['origin', 'https://a']] },
  { when: 'OPTIONS without an origin', method: 'OPTIONS', headers: [['access-control-request-method', 'GET']] },
  {
    when: 'another method',
    method: 'GET',
    headers: [
      ['origin', 'https://a'],
      ['access-control-request-method', 'GET'],
    ],
  },
];

for (const { when, ...request } of noPreflights)
  test(`not a preflight, and sent on: ${when}`, () => {
    assert.equal(working(headers(headersConfig(LISTED))).request?.(exampleExchange(request)), undefined);
  });

const EXPOSED = ['access-control-expose-headers', 'mcp-session-id,x'] as const;
const SERVERS: Pairs = [
  ['access-control-allow-origin', 'srv'],
  ['vary', 'Accept'],
  ['vary', 'X'],
];

const answers: readonly { when: string; config: Partial<HeadersConfig>; origin?: string; from?: Pairs; to: Pairs }[] = [
  {
    when: 'an allowed origin replaces the server’s, and Origin joins the first Vary',
    config: LISTED,
    origin: 'https://a',
    from: SERVERS,
    to: [['access-control-allow-origin', 'https://a'], EXPOSED, ['vary', 'Accept,Origin']],
  },
  {
    when: 'another origin leaves the server’s as it is',
    config: LISTED,
    origin: 'https://c',
    from: SERVERS,
    to: [['access-control-allow-origin', 'srv'], EXPOSED, ['vary', 'Accept,Origin']],
  },
  { when: 'no origin', config: LISTED, to: [EXPOSED, ['vary', 'Origin']] },
  { when: 'Vary: Origin is enough', config: LISTED, from: [['vary', 'Origin']], to: [EXPOSED, ['vary', 'Origin']] },
  { when: 'only exactly', config: LISTED, from: [['vary', 'origin']], to: [EXPOSED, ['vary', 'origin,Origin']] },
  {
    when: 'a star needs no origin',
    config: STAR,
    to: [
      ['access-control-allow-origin', '*'],
      ['access-control-expose-headers', '*'],
    ],
  },
  {
    when: 'a star with credentials and no origin says an empty one',
    config: STAR_WITH_CREDENTIALS,
    to: [
      ['access-control-allow-credentials', 'true'],
      ['access-control-allow-origin', ''],
    ],
  },
  {
    when: 'CORS comes after custom headers',
    config: PATTERN,
    origin: 'https://y.ex',
    from: SERVERS,
    to: [
      ['access-control-allow-origin', 'https://y.ex'],
      ['vary', 'Origin'],
    ],
  },
  {
    when: 'and leaves them where it has nothing to say',
    config: PATTERN,
    origin: 'https://a',
    from: SERVERS,
    to: [
      ['access-control-allow-origin', 'custom'],
      ['vary', 'Origin'],
    ],
  },
];

for (const row of answers)
  test(`the server's answer: ${row.when}`, () => {
    const exchange = exampleExchange(row.origin === undefined ? {} : { headers: [['origin', row.origin]] });
    assert.deepEqual(answered(working(headers(headersConfig(row.config))), exchange, row.from), row.to);
  });

test('a bad pattern gives Traefik’s error', () => {
  const built = headers(headersConfig({ accessControlAllowOriginListRegex: ['('] }));
  assert.equal(errorOf(built), 'error occurred during origin parsing: error parsing regexp: missing closing ): `(`');
});
