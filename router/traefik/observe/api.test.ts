import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reply } from '../../core/middleware.ts';
import { goldenLines, goldenState } from './api/golden/test-state.ts';
import { answerApi } from './api.ts';
import { answerPing } from './ping.ts';

process.env.TZ = 'UTC';
const state = goldenState();

const get = (path: string, query?: string): Reply & { body: string } => {
  const reply = answerApi({ method: 'GET', path, query }, state);
  return { ...reply, body: String(reply.body) };
};
const namesOf = (path: string, query: string): string[] =>
  JSON.parse(get(`/api/http/${path}`, query).body).map((item: { name: string }) => item.name);

for (const path of ['entrypoints', 'http/routers', 'http/services', 'http/middlewares'])
  test(`/api/${path} is byte for byte what Traefik 3.7.15 answers`, () => {
    const reply = get(`/api/${path}`);
    const golden = goldenLines(path.replace('http/', ''));
    assert.equal(reply.body, `[${golden.join(',')}]\n`);
    assert.deepEqual(
      [...reply.headers],
      [
        ['content-type', 'application/json'],
        ['x-next-page', '1'],
      ],
    );
  });

for (const [path, golden] of [
  ['/api/http/routers/mcp@file', goldenLines('routers').find((line) => line.includes('"mcp@file"'))],
  ['/api/http/services/w%40file', goldenLines('services').find((line) => line.includes('"name":"w@file"'))],
  ['/api/http/middlewares/rl@file', goldenLines('middlewares').find((line) => line.includes('"rl@file"'))],
  ['/api/entrypoints/web', goldenLines('entrypoints').find((line) => line.includes('"web"'))],
] as const)
  test(`${path} is that item alone`, () => {
    assert.deepEqual(JSON.parse(get(path).body), JSON.parse(golden!));
  });

test('the raw data has everything by its name, and the name nowhere else', () => {
  const raw = JSON.parse(get('/api/rawdata').body);
  assert.deepEqual(Object.keys(raw), ['routers', 'middlewares', 'services']);
  for (const section of ['routers', 'services', 'middlewares'])
    for (const line of goldenLines(section)) {
      const { name, provider: _, priorityStr: __, type: ___, ...rest } = JSON.parse(line);
      assert.deepEqual(raw[section][name], rest);
    }
});

test('the overview counts items, warnings and errors', () => {
  assert.equal(
    get('/api/overview').body,
    '{"http":{"routers":{"total":14,"warnings":1,"errors":3},"services":{"total":12,"warnings":0,"errors":0},"middlewares":{"total":23,"warnings":0,"errors":0}},"tcp":{"routers":{"total":0,"warnings":0,"errors":0},"services":{"total":0,"warnings":0,"errors":0},"middlewares":{"total":0,"warnings":0,"errors":0}},"udp":{"routers":{"total":0,"warnings":0,"errors":0},"services":{"total":0,"warnings":0,"errors":0}},"certificates":{"total":0,"warnings":0,"errors":0},"features":{"tracing":"","metrics":"Prometheus","accessLog":true},"providers":["File"]}\n',
  );
});

test('the version says when the router started', () => {
  const reply = get('/api/version');
  assert.equal(reply.body, '{"Version":"3.7.15","Codename":"mooring","startDate":"2026-11-21T07:32:06.413Z"}');
  assert.equal(reply.headers.get('content-type'), 'application/json; charset=UTF-8');
});

for (const [path, body] of [
  ['/api/http/routers/nope@file', '{"message":"router not found: nope@file"}\n'],
  ['/api/http/services/x', '{"message":"service not found: x"}\n'],
  ['/api/http/middlewares/a%2Fb', '{"message":"middleware not found: a/b"}\n'],
  ['/api/http/middlewares/%ff', '{"message":"middleware not found: %ff"}\n'],
  ['/api/entrypoints/x', '{"message":"entry point not found: x"}\n'],
  ['/api/tcp/routers/x', '{"message":"router not found: x"}\n'],
  ['/api/nope', '404 page not found\n'],
  ['/api', '404 page not found\n'],
  ['/api/', '404 page not found\n'],
  ['/api/version/', '404 page not found\n'],
  ['/api/http/routers/', '404 page not found\n'],
  ['/api/http/routers/a/b', '404 page not found\n'],
  ['/apix/version', '404 page not found\n'],
] as const)
  test(`${path} is not found`, () => {
    const reply = get(path);
    assert.deepEqual({ status: reply.status, body: reply.body }, { status: 404, body });
    assert.equal(reply.headers.get('content-type'), 'text/plain; charset=utf-8');
  });

for (const [query, page, next] of [
  ['per_page=5', ['api@internal', 'app@file', 'bad@file', 'badep2@file', 'badep@file'], '2'],
  ['per_page=5&page=3', ['secure@file', 'w@file'], '1'],
  ['per_page=7&page=2', ['secure@file', 'w@file'], '1'],
] as const)
  test(`the routers of ${query} have ${next === '1' ? 'no next page' : `the next page ${next}`}`, () => {
    const reply = get('/api/http/routers', query);
    assert.equal(reply.headers.get('x-next-page'), next);
    const names = JSON.parse(reply.body).map((item: { name: string }) => item.name);
    assert.deepEqual(names.slice(-page.length), page);
  });

for (const [query, message] of [
  ['page=9', 'invalid request: page: 9, per_page: 100'],
  ['per_page=-1', 'invalid request: per_page: -1'],
  ['per_page=abc', 'invalid request: per_page: 0'],
  ['page=0', 'invalid request: page: 0'],
] as const)
  test(`the query ${query} is refused`, () => {
    const reply = get('/api/http/routers', query);
    assert.deepEqual({ status: reply.status, body: reply.body }, { status: 400, body: `{"message":"${message}"}\n` });
  });

for (const [path, query, names] of [
  ['routers', 'search=MCP', ['mcp@file']],
  ['routers', 'search=hostreg', ['bare-to-8443@internal', 'other-to-websecure@internal']],
  ['routers', 'status=disabled', ['bad@file', 'badep2@file', 'badmw@file']],
  ['routers', 'status=WARNING', ['badep@file']],
  ['routers', 'serviceName=app@docker', ['app@file', 'badep2@file', 'badep@file', 'badmw@file']],
  ['routers', 'serviceName=api@internal', ['api@internal']],
  ['routers', 'middlewareName=h@file', ['mcp@file', 'other-to-websecure@internal']],
  ['routers', 'middlewareName=h', []],
  ['routers', 'serviceName=mcp&sortBy=priority&direction=desc', ['mcp@file', 'secure@file']],
  ['services', 'search=mcp', ['mcp@file']],
  ['services', 'serviceName=app&search=app', ['app@file']],
  ['services', 'sortBy=servers&direction=desc&per_page=3', ['mcp@file', 'app@file', 'unused@file']],
  ['services', 'sortBy=provider&per_page=1', ['app@file']],
  [
    'services',
    'sortBy=type&per_page=5',
    ['api@internal', 'noop@internal', 'ping@internal', 'prometheus@internal', 'f@file'],
  ],
  ['middlewares', 'search=rt', ['rt@file', 'rtfull@file']],
  ['middlewares', 'sortBy=junk&direction=desc&per_page=2', ['sp@file', 'sp2@file']],
] as const)
  test(`${path} with ${query} are ${names.join(', ') || 'none'}`, () => {
    assert.deepEqual(namesOf(path, query), names);
  });

test('priorities beyond the range of a number are sorted and printed exactly', () => {
  assert.deepEqual(namesOf('routers', 'sortBy=priority&direction=desc&per_page=4'), [
    'prometheus@internal',
    'ping@internal',
    'other-to-websecure@internal',
    'api@internal',
  ]);
  assert.match(get('/api/http/routers/ping@internal').body, /"priority":9223372036854775807,/);
});

test('entry points are listed whatever the search', () => {
  assert.equal(JSON.parse(get('/api/entrypoints', 'search=web&status=enabled').body).length, 5);
});

test('read-only paths only accept GET', () => {
  for (const method of ['POST', 'HEAD', 'DELETE']) {
    const reply = answerApi({ method, path: '/api/version', query: undefined }, state);
    assert.deepEqual({ status: reply.status, body: reply.body }, { status: 405, body: '' });
  }
});

test('with a base path the API is only there', () => {
  const api = { ...state.static.api!, basePath: '/adm' };
  const moved = { ...state, static: { ...state.static, api } };
  const statusOf = (path: string) => answerApi({ method: 'GET', path, query: undefined }, moved).status;
  assert.deepEqual([statusOf('/adm/api/version'), statusOf('/api/version')], [200, 404]);
});

for (const [terminating, status, body] of [
  [false, 200, 'OK'],
  [true, 503, 'Service Unavailable'],
] as const)
  test(`ping says ${body} while the router is ${terminating ? 'stopping' : 'running'}`, () => {
    const reply = answerPing(state.static.ping!, terminating);
    assert.deepEqual({ ...reply, headers: [...reply.headers] }, { status, body, headers: [] });
  });
