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
  ['Host(`other`)', request(), false],
  ['Host(`*`)', request(), true],
  ['Host(`*.example`)', request(), true],
  ['Host(`*.example`)', request({ host: 'a.b.example' }), false],
  ['Host(`::1`)', request({ host: '[::1]:80' }), true],
  ['HostRegexp(`^[a-z]+\\.example$`)', request(), true],
  ['Header(`Mcp-Session-Id`, `n1.abc`)', session, true],
  ['Header(`mcp-session-id`, `second`)', session, true],
  ['Header(`Mcp-Session-Id`, `n1`)', session, false],
  ['HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)', session, true],
  ['HeaderRegexp(`Mcp-Session-Id`, `^n2\\.`)', session, false],
  ['HeaderRegexp(`X-None`, `.*`)', session, false],
  ['Query(`a`, `2`)', asked, true],
  ['Query(`a`, `3`)', asked, false],
  ['Query(`c`)', asked, true],
  ['Query(`a`)', asked, false],
  ['Query(`b`, `x y`)', asked, true],
  ['QueryRegexp(`a`, `^[12]$`)', asked, true],
  ['QueryRegexp(`none`, `.*`)', asked, false],
  ['ClientIP(`127.0.0.0/8`)', request(), true],
  ['ClientIP(`10.0.0.1`)', request(), false],
  ['ClientIP(`fd00::/8`)', request({ remoteAddress: 'fd00::1' }), true],
  ['path(`/mcp/a`) && METHOD(`GET`) && Pathprefix(`/`)', request(), true],
  ['Path(`/x`) || Path(`/mcp/a`) && Method(`GET`)', request(), true],
  ['(Path(`/x`) || Path(`/mcp/a`)) && Method(`POST`)', request(), false],
  ['!Path(`/x`)', request(), true],
  ['!(Path(`/x`) || Method(`GET`))', request(), false],
  ['!!Path(`/mcp/a`)', request(), true],
  ['Path("/mcp/a")', request(), true],
  ['Path("/\\x6dcp/\\u0061")', request(), true],
  ['  Path( `/mcp/a` , )  ', request(), true],
];

for (const [rule, of, matched] of rows)
  test(`${rule} ${matched ? 'matches' : 'does not match'} ${of.method} ${of.host}${of.path}?${of.query ?? ''}`, () =>
    assert.equal(matches(rule, of), matched));

for (const [rule, says, column] of [
  ['Path(`/a`', "1:10: missing ',' before newline in argument list", 10],
  ['Path(/a)', "1:6: expected operand, found '/'", 6],
  ['Path(`/a)', 'string literal not terminated', 6],
  ['Path(`/a`) Path(`/b`)', "1:12: expected 'EOF', found Path", 12],
  ['Path(`/a`) &&', "1:14: expected operand, found 'EOF'", 14],
  ['', "1:1: expected operand, found 'EOF'", 1],
  ['pAth(`/a`)', 'unsupported function: pAth', 1],
  ['Path(`a`)', "does not start with a '/'", 1],
  ['Path()', 'no args for matcher Path', 1],
  ['Path(``)', 'empty args for matcher Path', 1],
  ['Path(`/a`, `/b`)', 'got 2, expected one of [1]', 1],
  ['Method(`GET`) && HeaderRegexp(`X`, `(`)', 'missing closing )', 18],
  ['Host(`bücher.example`)', 'non-ASCII characters are not allowed', 1],
  ['ClientIP(`nowhere`)', 'invalid CIDR address: nowhere', 1],
] as const) {
  test(`${JSON.stringify(rule)} is refused: ${says}`, () => {
    const compiled = compileRule(rule);
    assert.ok('error' in compiled);
    assert.ok(compiled.error.message.includes(says), compiled.error.message);
    assert.equal(compiled.error.column, column);
  });
}

test('an explanation names the matcher that decided, where it stands and what it saw', () => {
  const compiled = compileRule('PathPrefix(`/mcp`) && HeaderRegexp(`Mcp-Session-Id`, `^n2\\.`)');
  assert.ok('rule' in compiled);
  assert.deepEqual(compiled.rule.explain(session), {
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
