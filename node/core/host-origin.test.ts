import assert from 'node:assert/strict';
import test from 'node:test';
import { checkHost, compileHostRules } from './host-origin.ts';

const rules = compileHostRules(
  ['mcp.example.com', 'Other.Example:8443', '2001:DB8::1', '[2001:db8::2]:9000'],
  ['https://App.example.org', 'vscode-file://vscode-app'],
);

type Row = [host: string | undefined, origin: string | undefined, verdict: 'allowed' | 'host' | 'origin'];

const ROWS: Row[] = [
  ['mcp.example.com', undefined, 'allowed'],
  ['MCP.example.com:443', undefined, 'allowed'],
  ['mcp.example.com:8443', 'https://mcp.example.com', 'allowed'],
  ['other.example:8443', undefined, 'allowed'],
  ['other.example', undefined, 'host'],
  ['[2001:db8::1]:8080', undefined, 'allowed'],
  ['[2001:db8::2]:9000', undefined, 'allowed'],
  ['[2001:db8::2]', undefined, 'host'],
  ['localhost:3000', 'http://localhost:6274', 'allowed'],
  ['127.0.0.1', undefined, 'allowed'],
  ['[::1]:8080', 'http://[::1]:8080', 'allowed'],
  ['evil.example', undefined, 'host'],
  ['localhost.evil.com', undefined, 'host'],
  ['127.0.0.1.nip.io', undefined, 'host'],
  ['mcp.example.com.evil.com', undefined, 'host'],
  ['evil.com#mcp.example.com', undefined, 'host'],
  ['user@mcp.example.com', undefined, 'host'],
  ['mcp.example.com:99999999', undefined, 'host'],
  ['', undefined, 'host'],
  [undefined, undefined, 'host'],
  ['localhost', 'http://evil.example', 'origin'],
  ['localhost', 'null', 'origin'],
  ['localhost', '', 'origin'],
  ['localhost', 'https://evil.example/mcp.example.com', 'origin'],
  ['localhost', 'https://mcp.example.com@evil.example', 'origin'],
  ['localhost', 'file://localhost', 'origin'],
  ['localhost', 'view-source:http://localhost', 'origin'],
  ['localhost', 'HTTPS://mcp.example.com', 'allowed'],
  ['localhost', 'https://APP.example.org', 'allowed'],
  ['localhost', 'https://app.example.org', 'allowed'],
  ['localhost', 'https://app.example.org:444', 'origin'],
  ['localhost', 'vscode-file://vscode-app', 'allowed'],
];

for (const [host, origin, verdict] of ROWS)
  test(`host ${JSON.stringify(host)} with origin ${JSON.stringify(origin)}: ${verdict}`, () => {
    const found = checkHost(rules, host, origin);
    assert.equal(found.kind === 'allowed' ? 'allowed' : found.why, verdict);
  });
