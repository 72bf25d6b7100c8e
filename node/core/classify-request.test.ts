import assert from 'node:assert/strict';
import test from 'node:test';
import { checkHead, classifyRequest, type McpHead } from './classify-request.ts';
import type { Message } from './json-rpc.ts';

const head = (given: Partial<McpHead> = {}): McpHead => ({
  method: 'POST',
  sessionIds: [],
  accept: 'application/json, text/event-stream',
  contentType: 'application/json',
  protocolVersion: undefined,
  ...given,
});

for (const [when, given, status] of [
  ['PUT', { method: 'PUT' }, 405],
  ['HEAD', { method: 'HEAD' }, 405],
  ['two session ids', { sessionIds: ['a', 'b'] }, 400],
  ['a POST that takes no events', { accept: 'application/json' }, 406],
  ['a POST that takes no JSON', { accept: 'text/event-stream' }, 406],
  ['a type that only begins alike', { accept: 'application/jsonx, text/event-stream' }, 406],
  ['a POST of text', { contentType: 'text/plain' }, 415],
  ['a POST of something with JSON in its name', { contentType: 'text/plain; a=application/json' }, 415],
  ['a GET that takes no events', { method: 'GET', accept: '*/*' }, 406],
] as const)
  test(`${when}: ${status}`, () => assert.equal(checkHead(head(given))?.status, status));

for (const [when, given] of [
  ['a POST', {}],
  ['a charset', { contentType: 'Application/JSON; charset=utf-8' }],
  ['weights', { accept: 'text/event-stream;q=0.5, application/json;q=0.9' }],
  ['a GET', { method: 'GET', accept: 'text/event-stream', contentType: '' }],
  ['a DELETE', { method: 'DELETE', accept: '', contentType: '' }],
] as const)
  test(`${when} is read on`, () => assert.equal(checkHead(head(given)), undefined));

const message = (method: string, id?: number): Message => ({ jsonrpc: '2.0', method, ...(id !== undefined && { id }) });

const decide = (given: Partial<McpHead>, ...messages: Message[]) => {
  const decision = classifyRequest({
    head: head(given),
    messages,
    holds: (id) => id === 'mine',
    inFlight: (_, request) => request === 99,
    supportedVersions: ['2025-11-25'],
  });
  return decision.kind === 'reject' ? `${decision.status} ${decision.code}` : decision.kind;
};

const MINE = { sessionIds: ['mine'] };

for (const [when, decision, expected] of [
  ['initialize', decide({}, message('initialize', 1)), 'open'],
  ['initialize with others', decide({}, message('initialize', 1), message('ping', 2)), '400 -32600'],
  ['initialize on a live session', decide(MINE, message('initialize', 1)), '400 -32600'],
  ['initialize with a stale id', decide({ sessionIds: ['gone'] }, message('initialize', 1)), 'absent'],
  ['a request without a session', decide({}, message('ping', 1)), '400 -32000'],
  ['server/discover without a session', decide({}, message('server/discover', 1)), '400 -32000'],
  ['a GET without a session', decide({ method: 'GET' }), '400 -32000'],
  ['a DELETE without a session', decide({ method: 'DELETE' }), '400 -32000'],
  ['a session not held', decide({ sessionIds: ['other'] }, message('ping', 1)), 'absent'],
  ['a request of a session', decide(MINE, message('ping', 1)), 'deliver'],
  ['a GET of a session', decide({ ...MINE, method: 'GET' }), 'stream'],
  ['a DELETE of a session', decide({ ...MINE, method: 'DELETE' }), 'close'],
  ['an unknown version', decide({ ...MINE, protocolVersion: '1999-01-01' }, message('ping', 1)), '400 -32000'],
  ['two versions', decide({ ...MINE, protocolVersion: '2025-11-25, 2025-11-25' }, message('ping', 1)), '400 -32000'],
  ['an id that is being answered', decide(MINE, message('ping', 99)), '400 -32600'],
  ['the same id twice in a batch', decide(MINE, message('ping', 1), message('ping', 1)), '400 -32600'],
] as const)
  test(`${when}: ${expected}`, () => assert.equal(decision, expected));
