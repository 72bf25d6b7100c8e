import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalHost, isValidHost, portOf } from './host.ts';

for (const { host, compared, port, valid = true } of [
  { host: 'MCP.Example', compared: 'mcp.example', port: undefined },
  { host: 'mcp.example:8080', compared: 'mcp.example', port: '8080' },
  { host: ' mcp.example ', compared: ' mcp.example ', port: undefined, valid: false },
  { host: 'mcp.example :80', compared: 'mcp.example ', port: '80', valid: false },
  { host: 'mcp.example:', compared: 'mcp.example', port: undefined },
  { host: 'mcp.example:http', compared: 'mcp.example', port: undefined },
  { host: 'mcp.example:80x', compared: 'mcp.example', port: undefined },
  { host: ':80', compared: '', port: '80' },
  { host: '', compared: '', port: undefined },
  { host: '[::1]', compared: '::1', port: undefined },
  { host: '[2001:DB8::1]:443', compared: '2001:db8::1', port: '443' },
  { host: '::1', compared: '::1', port: undefined },
  { host: 'a:b:80', compared: 'a:b:80', port: undefined },
  { host: '[::1]x', compared: '[::1]x', port: undefined },
  { host: '[::1]x:80', compared: '[::1]x:80', port: undefined },
  { host: '[::1', compared: '[::1', port: undefined, valid: false },
  { host: 'a[', compared: 'a[', port: undefined },
  { host: 'a]', compared: 'a]', port: undefined },
  { host: 'a%b', compared: 'a%b', port: undefined },
  { host: 'a/b', compared: 'a/b', port: undefined, valid: false },
  { host: 'user@a', compared: 'user@a', port: undefined, valid: false },
  { host: 'b\xfccher', compared: 'b\xfccher', port: undefined, valid: false },
])
  test(`the host ${JSON.stringify(host)} is compared as ${JSON.stringify(compared)}, with port ${port}${valid ? '' : ', and refused'}`, () =>
    assert.deepEqual([canonicalHost(host), portOf(host), isValidHost(host)], [compared, port, valid]));
