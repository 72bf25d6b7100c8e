import assert from 'node:assert/strict';
import test from 'node:test';
import { filterProblem, requestFilter } from './request-filter.ts';
import type { SeenRequest } from './requests.ts';

const seen = {
  method: 'POST',
  target: '/mcp',
  host: 'app.example',
  status: 503,
  reason: 'pinned-server-down',
  steps: [],
  router: 'mcp@file',
  url: 'http://10.0.0.1:80',
  session: 'n1.abc',
  client: '127.0.0.1:5000',
  open: false,
  stream: false,
} as unknown as SeenRequest;

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

const pinned = {
  ...seen,
  reason: 'only-server',
  steps: [{ service: 'only-n1@file', reason: 'only-server', chosen: 'http://10.0.0.1:80' }],
  route: { config: { rule: 'HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)' } },
} as unknown as SeenRequest;

test('a request pinned by its session id is found by that reason, as its row shows', () => {
  assert.equal(requestFilter('reason:session-id', () => 'n1')(pinned), true);
  assert.equal(requestFilter('reason:only-server', () => 'n1')(pinned), false);
});

for (const { filter, says } of [
  { filter: 'foo:bar', says: /^there is no foo: to filter by; there are method, path/ },
  { filter: 'node:n1 -reasn:cookie', says: /^there is no reasn: to filter by; did you mean reason:\?/ },
  { filter: 'constructor:x', says: /^there is no constructor:/ },
  { filter: 'is:closed', says: /^is:closed: it is open, stream or error/ },
  { filter: 'node:n1 -path:/graphql is:open', says: undefined },
  { filter: 'is:', says: undefined },
  { filter: 'statu:5', says: /did you mean status:/ },
  { filter: 'http://10.0.0.1:80 127.0.0.1:5000 localhost:8080', says: undefined },
  { filter: 'word -', says: undefined },
])
  test(`the filter "${filter}" ${says === undefined ? 'is understood' : 'is reported as invalid'}`, () => {
    if (says === undefined) assert.equal(filterProblem(filter), undefined);
    else assert.match(filterProblem(filter) ?? '', says);
  });
