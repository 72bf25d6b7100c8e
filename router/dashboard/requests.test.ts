import assert from 'node:assert/strict';
import test from 'node:test';
import { HeaderList } from '../core/request/header-list.ts';
import type { ExchangeUnderWay } from '../traefik/observe/observers.ts';
import type { ExchangeRecord } from '../traefik/observe/record.ts';
import { Requests } from './requests.ts';
import { Versions } from './versions.ts';

const exchangeAt = (startedAt: number): ExchangeUnderWay =>
  ({
    startedAt,
    entryPoint: 'web',
    asked: '/mcp',
    reason: 'cookie',
    request: { method: 'POST', host: 'h', remoteAddress: '127.0.0.1', remotePort: 1, headers: new HeaderList() },
  }) as unknown as ExchangeUnderWay;

const record = (status: number): ExchangeRecord =>
  ({ status, reason: 'cookie', steps: [] }) as unknown as ExchangeRecord;

/** This many a second, evenly spaced; returns how many of each second are kept. */
const kept = (perSecond: number, seconds: number, status: number): number[] => {
  const requests = new Requests(100_000, new Versions());
  for (let i = 0; i < perSecond * seconds; i++) {
    const exchange = exchangeAt((i * 1000) / perSecond);
    requests.began(exchange);
    requests.ended(exchange, record(status));
  }
  const all = requests.changedSince(0);
  return Array.from(
    { length: seconds },
    (_, second) => all.filter(({ at }) => Math.floor(at / 1000) === second).length,
  );
};

test('up to 500 requests a second are all kept', () => {
  assert.deepEqual(kept(500, 2, 200), [500, 500]);
});

test('above that a hundred a second are kept, from the first tenth of a second with too many', () => {
  assert.deepEqual(kept(5000, 2, 200), [50 + 9 * 10, 100]);
});

test('failed requests are all kept', () => {
  assert.deepEqual(kept(5000, 1, 502), [5000]);
});
