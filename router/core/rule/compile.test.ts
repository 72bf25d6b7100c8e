import assert from 'node:assert/strict';
import test from 'node:test';
import { HeaderList } from '../request/header-list.ts';
import { canonicalHost } from '../request/host.ts';
import type { Request } from '../request/request.ts';
import { compileRule } from './compile.ts';

const request = (differing: Partial<Request> & { headers?: HeaderList } = {}): Request => ({
  method: 'GET',
  protocol: 'HTTP/1.1',
  tls: false,
  remoteAddress: '127.0.0.1',
  remotePort: 1,
  host: 'mcp.example:8080',
  canonicalHost: canonicalHost(differing.host ?? 'mcp.example:8080'),
  path: '/mcp/a',
  routingPath: '/mcp/a',
  query: undefined,
  headers: new HeaderList(),
  ...differing,
});

const matches = (rule: string, of: Request): boolean => {
  const compiled = compileRule(rule);
  assert.ok('rule' in compiled, 'error' in compiled ? compiled.error.message : '');
  return compiled.rule.matches(of);
};

const session = request({ headers: new HeaderList(['mcp-session-id', 'n1.abc', 'mcp-session-id', 'second']) });
const asked = request({ query: 'a=1&b=x%20y&c&a=2' });

const rows: readonly (readonly [string, Request, boolean])[] = [
  ['PathPrefix(`/mcp`)', request(), true],
  ['PathPrefix(`/mc`)', request(), true],
  ['PathPrefix(`/MCP`)', request(), false],
  ['Path(`/mcp`)', request(), false],
  ['Path(`/mcp/a`)', request(), true],
  ['PathRegexp(`^/m.p/[a-c]$`)', request(), true],
  ['PathRegexp(`/[b-c]$`)', request(), false],
  ['Method(`get`)', request(), true],
  ['Method(`POST`)', request(), false],
  ['Host(`MCP.example`)', request(), true],
  ['Host(`mcp.example.`)', request(), true],
  ['Host(`mcp.example`)', request({ host: 'mcp.example.' }), true],
  ['Host(`mcp.example.`)', request({ host: 'mcp.example.' }), true],
  ['Host(`mcp.examples`)', request(), false],
  ['Host(`mcp.exampl`)', request(), false],
  ['Host(`.`)', request({ host: '' }), false],
  ['Host(`*x`)', request({ host: 'example' }), false],
  ['Host(`*e`)', request({ host: 'example' }), false],
  ['Host(`mcp.example`)', request({ host: 'other.' }), false],
  ['Host(`*.example`)', request({ host: '.example' }), true],
  ['Host(`other`)', request(), false],
  ['Host(`*`)', request(), true],
  ['Host(`*.example`)', request(), true],
  ['Host(`*.example`)', request({ host: 'a.b.example' }), false],
  ['Host(`::1`)', request({ host: '[::1]:80' }), true],
  ['HostRegexp(`^[a-z]+\\.example$`)', request(), true],
  ['HostRegexp(`^other`)', request(), false],
  ['HostRegexp(`^$`)', request(), true],
  ['Header(`Mcp-Session-Id`, `n1.abc`)', session, true],
  ['Header(`mcp-session-id`, `second`)', session, true],
  ['Header(`Mcp-Session-Id`, `n1`)', session, false],
  ['HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)', session, true],
  ['HeaderRegexp(`Mcp-Session-Id`, `^n2\\.`)', session, false],
  ['HeaderRegexp(`X-None`, `.*`)', session, false],
  ['HeaderRegexp(`X-City`, `^Z.rich$`)', request({ headers: new HeaderList(['x-city', 'Z\xc3\xbcrich']) }), true],
  ['Header(`X-City`, `Zürich`)', request({ headers: new HeaderList(['x-city', 'Z\xc3\xbcrich']) }), true],
  ['Query(`a`, `2`)', asked, true],
  ['Query(`a`, `3`)', asked, false],
  ['Query(`c`)', asked, true],
  ['Query(`a`)', asked, false],
  ['Query(`b`, `x y`)', asked, true],
  ['QueryRegexp(`a`, `^[12]$`)', asked, true],
  ['QueryRegexp(`none`, `.*`)', asked, false],
  ['QueryRegexp(`c`)', asked, true],
  ['QueryRegexp(`a`)', asked, false],
  ['ClientIP(`127.0.0.0/8`)', request(), true],
  ['ClientIP(`10.0.0.1`)', request(), false],
  ['ClientIP(`fd00::/8`)', request({ remoteAddress: 'fd00::1' }), true],
  ['path(`/mcp/a`) && METHOD(`GET`) && Pathprefix(`/`)', request(), true],
  ['Path(`/x`) || Path(`/mcp/a`) && Method(`GET`)', request(), true],
  ['(Path(`/x`) || Path(`/mcp/a`)) && Method(`POST`)', request(), false],
  ['Path(`/x`) || Path(`/y`)', request(), false],
  ['!Path(`/x`)', request(), true],
  ['!(Path(`/x`) || Method(`GET`))', request(), false],
  ['!!Path(`/mcp/a`)', request(), true],
  ['Path("/mcp/a")', request(), true],
  ['Path("/\\x6dcp/\\u0061")', request(), true],
  ['  Path( `/mcp/a` , )  ', request(), true],
  ['Path(`/mcp/a`...)', request(), true],
  ['Path(`/mcp/a`..., )', request(), true],
  ['\tPath(\r\n`/mcp/a`) // the rest of the line\n// and the next', request(), true],
  ['/* a */ Path(`/mcp/a` /* b */) /* c */ && /* d\n */ Method(`GET`)', request(), true],
  ['Path(`/mcp/a`) &&\nMethod(`GET`)\n', request(), true],
];

for (const [rule, of, matched] of rows)
  test(`${rule} ${matched ? 'matches' : 'does not match'} ${of.method} ${of.host}${of.path}?${of.query ?? ''}`, () =>
    assert.equal(matches(rule, of), matched));

const explain = (rule: string, of: Request) => {
  const compiled = compileRule(rule);
  assert.ok('rule' in compiled);
  return compiled.rule.explain(of);
};

test('an explanation has the matcher that decided, its position and what it saw', () => {
  assert.deepEqual(explain('PathPrefix(`/mcp`) && HeaderRegexp(`Mcp-Session-Id`, `^n2\\.`)', session), {
    kind: 'and',
    matched: false,
    parts: [
      { kind: 'matcher', text: 'PathPrefix(`/mcp`)', column: 1, matched: true, saw: '/mcp/a' },
      {
        kind: 'matcher',
        text: 'HeaderRegexp(`Mcp-Session-Id`, `^n2\\.`)',
        column: 23,
        matched: false,
        saw: 'n1.abc, second',
      },
    ],
  });
});

test('an explanation stops when the outcome is clear, and a `!` before parentheses is shown on each matcher', () => {
  const method = { kind: 'matcher', text: 'Method(`GET`)', column: 1, matched: true, saw: 'GET' };
  assert.deepEqual(explain('Method(`GET`) || Path(`/x`)', request()), { kind: 'or', matched: true, parts: [method] });
  assert.deepEqual(explain('!(Method(`GET`) && Path(`/x`)) || Path(`/y`)', request()), {
    kind: 'or',
    matched: true,
    parts: [
      {
        kind: 'or',
        matched: true,
        parts: [
          { ...method, text: '!Method(`GET`)', column: 3, matched: false },
          { kind: 'matcher', text: '!Path(`/x`)', column: 20, matched: true, saw: '/mcp/a' },
        ],
      },
    ],
  });
  const parts = ['/x', '/y'].map((path, i) => ({
    kind: 'matcher',
    text: `Path(\`${path}\`)`,
    column: 1 + i * 14,
    matched: false,
    saw: '/mcp/a',
  }));
  assert.deepEqual(explain('Path(`/x`) || Path(`/y`)', request()), { kind: 'or', matched: false, parts });
});

test('a matcher saw all values, or nothing if there are none', () => {
  const saw = (rule: string, of: Request) => {
    const trace = explain(rule, of);
    return trace.kind === 'matcher' && trace.saw;
  };
  assert.equal(saw('Query(`a`)', asked), '1, 2');
  assert.equal(saw('Query(`none`)', asked), undefined);
  assert.equal(saw('Header(`X-None`, `x`)', session), undefined);
  assert.equal(
    saw('Header(`X-City`, `x`)', request({ headers: new HeaderList(['x-city', 'Z\xc3\xbcrich']) })),
    'Zürich',
  );
});
