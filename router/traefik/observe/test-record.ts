import { HeaderList } from '../../core/request/header-list.ts';
import type { ExchangeRecord } from './record.ts';

/** For tests: one pinned request that went well, as Traefik logged it, and whatever differs. */
export const exampleRecord = (differing: Partial<ExchangeRecord> = {}): ExchangeRecord => ({
  entryPoint: 'web',
  startedAt: Date.UTC(2026, 10, 21, 7, 34, 11, 500) + 0.729,
  duration: 4.29798,
  originDuration: 4.085264,
  clientAddress: '127.0.0.1',
  clientPort: 37792,
  method: 'GET',
  target: '/mcp?x=1&y=%20z',
  protocol: 'HTTP/1.1',
  tls: undefined,
  host: '127.0.0.1:17080',
  username: '',
  router: 'mcp@file',
  service: 'mcp@file',
  serverUrl: 'http://127.0.0.1:17101',
  status: 200,
  originStatus: 200,
  requestBytes: 0,
  responseBytes: 12,
  originBytes: 12,
  retries: 0,
  requestHeaders: new HeaderList(['accept', '*/*', 'cookie', 'a=b', 'authorization', 'Bearer s']),
  originHeaders: new HeaderList(['content-type', 'application/json']),
  responseHeaders: new HeaderList(['content-type', 'application/json', 'x-two', 'a', 'x-two', 'b']),
  reason: 'unknown-cookie',
  steps: [{ service: 'mcp@file', reason: 'unknown-cookie', chosen: 'http://127.0.0.1:17101' }],
  internal: false,
  ...differing,
});
