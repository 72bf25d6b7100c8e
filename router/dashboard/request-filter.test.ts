import assert from 'node:assert/strict';
import test from 'node:test';
import { requestFilter } from './request-filter.ts';
import type { SeenRequest } from './requests.ts';

const seen = {
  method: 'POST',
  target: '/mcp',
  host: 'app.example',
  status: 503,
  reason: 'pinned-server-down',
  router: 'mcp@file',
  url: 'http://10.0.0.1:80',
  session: 'n1.abc',
  client: '127.0.0.1:5000',
  open: false,
  stream: false,
} as SeenRequest;

for (const { filter, expect } of [
  { filter: '', expect: true },
  { filter: '   ', expect: true },
  { filter: 'node:n1', expect: true },
  { filter: 'node:n10', expect: false },
  { filter: 'node:N1 method:post status:5', expect: true },
  { filter: 'status:4', expect: false },
  { filter: 'status:03', expect: false },
  { filter: '-status:5', expect: false },
  { filter: '-node:n2', expect: true },
  { filter: 'reason:pinned', expect: true },
  { filter: 'session:n1.', expect: true },
  { filter: 'session:abc', expect: false },
  { filter: 'is:error', expect: true },
  { filter: 'is:open', expect: false },
  { filter: 'down', expect: true },
  { filter: 'graphql', expect: false },
  { filter: 'constructor:x', expect: false },
  { filter: '-', expect: true },
])
  test(`"${filter}" ${expect ? 'finds' : 'does not find'} a POST that met 503 at n1`, () => {
    assert.equal(requestFilter(filter, () => 'n1')(seen), expect);
  });
