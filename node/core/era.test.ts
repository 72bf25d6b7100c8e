import assert from 'node:assert/strict';
import test from 'node:test';
import { isWithoutSessions } from './era.ts';
import type { Message } from './json-rpc.ts';

const message = (method: string, params?: unknown): Message => ({ jsonrpc: '2.0', id: 1, method, params });
const VERSION = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

for (const [what, version, messages, without] of [
  ['its version in the header', '2026-07-28', [message('tools/list')], true],
  ['a later version', '2027-01-01', [], true],
  ['its version in _meta', undefined, [message('tools/list', { _meta: VERSION })], true],
  ['server/discover', undefined, [message('server/discover')], true],
  ['one of several messages', undefined, [message('ping'), message('ping', { _meta: VERSION })], true],
  ['a version with sessions', '2025-11-25', [message('tools/list')], false],
  ['no version', undefined, [message('tools/list', { _meta: { progressToken: 1 } })], false],
  [
    'params that are no object',
    undefined,
    [message('ping', 'x'), message('ping', null), message('ping', { _meta: 1 })],
    false,
  ],
  ['a body that is not looked into', undefined, [], false],
] as const)
  test(`${without ? 'without' : 'with'} sessions: ${what}`, () =>
    assert.equal(isWithoutSessions(version, messages), without));
