import assert from 'node:assert/strict';
import test from 'node:test';
import { headers } from './headers.ts';
import { answered, errorOf, exampleExchange, headersConfig, type Pairs, sorted, working } from './test-exchange.ts';

const requests: readonly {
  when: string;
  custom: Record<string, string>;
  sent: Pairs;
  received: Pairs;
  host?: string;
  omits?: boolean;
}[] = [
  {
    when: 'a value replaces every value of its name',
    custom: { 'X-A': '1' },
    sent: [
      ['x-a', '0'],
      ['x-a', '00'],
    ],
    received: [['x-a', '1']],
  },
  {
    when: 'an empty value deletes',
    custom: { 'X-A': '' },
    sent: [
      ['x-a', '0'],
      ['x-b', '1'],
    ],
    received: [['x-b', '1']],
  },
  {
    when: 'Host in any case sets the host',
    custom: { hOST: 'other.host' },
    sent: [],
    received: [],
    host: 'other.host',
  },
  { when: 'an empty Host changes nothing', custom: { Host: '' }, sent: [], received: [] },
  {
    when: 'X-Forwarded-For emptied by its exact name is left out altogether',
    custom: { 'X-Forwarded-For': '' },
    sent: [['x-forwarded-for', '1.1.1.1']],
    received: [],
    omits: true,
  },
  {
    when: 'emptied in another case it begins anew',
    custom: { 'x-forwarded-for': '' },
    sent: [['x-forwarded-for', '1.1.1.1']],
    received: [],
  },
  {
    when: 'a set X-Forwarded-For is added to later',
    custom: { 'X-Forwarded-For': '9.9.9.9' },
    sent: [],
    received: [['x-forwarded-for', '9.9.9.9']],
  },
  {
    when: 'what frames the body cannot be set',
    custom: { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' },
    sent: [['content-length', '3']],
    received: [['content-length', '3']],
  },
  { when: 'text travels as UTF-8', custom: { 'X-A': 'é' }, sent: [], received: [['x-a', 'Ã©']] },
];

for (const row of requests)
  test(`custom request headers: ${row.when}`, () => {
    const exchange = exampleExchange({ headers: row.sent });
    const middleware = working(headers(headersConfig({ customRequestHeaders: new Map(Object.entries(row.custom)) })));
    assert.equal(middleware.request?.(exchange), undefined);
    assert.deepEqual(sorted(exchange.request.headers), row.received);
    assert.equal(exchange.request.host, row.host ?? 'example.com');
    assert.equal(exchange.omitForwardedFor, row.omits ?? false);
  });

const responses: readonly { when: string; custom: Record<string, string>; from: Pairs; to: Pairs }[] = [
  {
    when: 'a value replaces every value of its name',
    custom: { 'X-A': '1' },
    from: [
      ['x-a', '0'],
      ['x-a', '00'],
    ],
    to: [['x-a', '1']],
  },
  { when: 'an empty value deletes', custom: { Server: '' }, from: [['server', 's']], to: [] },
  { when: 'a line break becomes a space', custom: { 'X-A': ' a\nb ' }, from: [], to: [['x-a', 'a b']] },
  { when: 'an impossible name is left out', custom: { 'X A': '1' }, from: [], to: [] },
];

for (const row of responses)
  test(`custom response headers: ${row.when}`, () => {
    const config = headersConfig({ customResponseHeaders: new Map(Object.entries(row.custom)) });
    assert.deepEqual(answered(working(headers(config)), exampleExchange(), row.from), row.to);
  });

test('headers without an effect give Traefik’s error', () => {
  assert.equal(errorOf(headers(headersConfig({}))), 'headers configuration not valid');
});
