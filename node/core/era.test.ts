import assert from 'node:assert/strict';
import test from 'node:test';
import { classifyEra, clientOf, type EraFacts, isWithoutSessions } from './era.ts';
import type { Message } from './json-rpc.ts';

const VERSION = '2026-07-28';
const envelope = (version: unknown) => ({ _meta: { 'io.modelcontextprotocol/protocolVersion': version } });
const message = (method: string | undefined, params: unknown = {}, id: number | null = 1): Message =>
  JSON.parse(JSON.stringify({ jsonrpc: '2.0', id: id ?? undefined, method, params }));
const facts = (one: Message, given: Partial<EraFacts> = {}): EraFacts => ({
  protocolVersion: undefined,
  mcpMethod: undefined,
  messages: [one],
  batch: false,
  ...given,
});
const CALL = message('tools/call', envelope(VERSION));
const PLAIN = message('tools/call');

const SESSIONS = 'sessions';
for (const { when, given, expect } of [
  { when: 'no envelope and no header', given: facts(PLAIN), expect: SESSIONS },
  {
    when: 'no envelope and a header of sessions',
    given: facts(PLAIN, { protocolVersion: '2025-11-25' }),
    expect: SESSIONS,
  },
  { when: 'an answer of a client', given: facts(message(undefined), { protocolVersion: VERSION }), expect: SESSIONS },
  { when: 'initialize', given: facts(message('initialize')), expect: SESSIONS },
  { when: 'a header that is no version', given: facts(PLAIN, { protocolVersion: 'zzz' }), expect: SESSIONS },
  {
    when: 'a header that begins like a version',
    given: facts(PLAIN, { protocolVersion: `${VERSION}, ${VERSION}` }),
    expect: SESSIONS,
  },
  {
    when: 'a header that ends like a version',
    given: facts(PLAIN, { protocolVersion: `v${VERSION}` }),
    expect: SESSIONS,
  },
  { when: 'an answer with an envelope', given: facts(message(undefined, envelope(VERSION))), expect: SESSIONS },
  { when: 'no message at all', given: { ...facts(PLAIN), messages: [] }, expect: SESSIONS },
  { when: 'a batch without envelopes', given: { ...facts(PLAIN), batch: true }, expect: SESSIONS },
  { when: 'an envelope alone', given: facts(CALL), expect: 'sessionless' },
  {
    when: 'an envelope and headers that agree',
    given: facts(CALL, { protocolVersion: VERSION, mcpMethod: 'tools/call' }),
    expect: 'sessionless',
  },
  {
    when: 'a notification whose header tells its version',
    given: facts(message('notifications/cancelled', {}, null), { protocolVersion: VERSION }),
    expect: 'sessionless',
  },
  {
    when: 'one envelope in a batch',
    given: { ...facts(PLAIN), messages: [PLAIN, CALL], batch: true },
    expect: /^-32600 Invalid Request: a batch /,
  },
  {
    when: 'an envelope whose version is a number',
    given: facts(message('tools/call', envelope(7))),
    expect: /^-32602 Invalid params: io\.modelcontextprotocol\/protocolVersion is not a string$/,
  },
  {
    when: 'a header of the new era and no envelope',
    given: facts(PLAIN, { protocolVersion: VERSION }),
    expect: /^-32602 Invalid params: params\._meta lacks io\.modelcontextprotocol\/protocolVersion$/,
  },
  {
    when: 'another version in the header',
    given: facts(CALL, { protocolVersion: '2025-11-25' }),
    expect: /^-32020 .* headers and body disagree: the body uses protocol 2026-07-28, /,
  },
  {
    when: 'two versions in the header',
    given: facts(CALL, { protocolVersion: `${VERSION}, ${VERSION}` }),
    expect: /^-32020 .* MCP-Protocol-Version header /,
  },
  {
    when: 'another method in the header',
    given: facts(CALL, { mcpMethod: 'tools/list' }),
    expect: /^-32020 .* the body calls tools\/call, but the Mcp-Method header does not$/,
  },
  {
    when: 'initialize with a header of the new era',
    given: facts(message('initialize'), { protocolVersion: VERSION }),
    expect: /^-32020 .* initialize belongs to the protocol with sessions, /,
  },
] as const)
  test(`the era of a POST: ${when}`, () => {
    const era = classifyEra(given);
    const told = era.kind === 'reject' ? `${era.code} ${era.why}` : era.kind;
    if (typeof expect === 'string') assert.equal(told, expect);
    else assert.match(told, expect);
  });

test('the client’s name comes from the envelope, as with sessions', () => {
  const named = { _meta: { 'io.modelcontextprotocol/clientInfo': { name: 'cursor', version: '2' } } };
  assert.equal(clientOf(message('tools/call', named)), 'cursor/2');
  assert.equal(clientOf(message('tools/call', { _meta: null })), '/');
});

const ENVELOPE = envelope(VERSION)._meta;

for (const [what, version, messages, without] of [
  ['its version in the header', '2026-07-28', [message('tools/list')], true],
  ['a later version', '2027-01-01', [], true],
  ['its version in _meta', undefined, [message('tools/list', { _meta: ENVELOPE })], true],
  ['server/discover', undefined, [message('server/discover')], true],
  ['one of several messages', undefined, [message('ping'), message('ping', { _meta: ENVELOPE })], true],
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
