import assert from 'node:assert/strict';
import test from 'node:test';
import { checkHead, classifyRequest, type McpHead } from './classify-request.ts';
import type { Message, RequestId } from './json-rpc.ts';

const head = (given: Partial<McpHead> = {}): McpHead => ({
  method: 'POST',
  accept: 'application/json, text/event-stream',
  contentType: 'application/json',
  protocolVersion: undefined,
  ...given,
});

const MISSING_EVENTS = '406 Not Acceptable: accept text/event-stream';
const MISSING_JSON = '406 Not Acceptable: accept application/json as well';
const NOT_JSON = '415 Content-Type must be application/json';

for (const [when, given, refusal] of [
  ['PUT', { method: 'PUT' }, '405 Method not allowed'],
  ['HEAD', { method: 'HEAD' }, '405 Method not allowed'],
  ['a POST that takes no events', { accept: 'application/json' }, MISSING_EVENTS],
  ['a POST that takes no JSON', { accept: 'text/event-stream' }, MISSING_JSON],
  ['a type that only begins alike', { accept: 'application/jsonx, text/event-stream' }, MISSING_JSON],
  ['a POST of text', { contentType: 'text/plain' }, NOT_JSON],
  ['a POST of something with JSON in its name', { contentType: 'text/plain; a=application/json' }, NOT_JSON],
  ['a GET that takes no events', { method: 'GET', accept: '*/*' }, MISSING_EVENTS],
] as const)
  test(`${when}: ${refusal}`, () => {
    const found = checkHead(head(given));
    assert.equal(`${found?.status} ${found?.why}`, refusal);
  });

for (const [when, given] of [
  ['a POST', {}],
  ['a charset', { contentType: 'Application/JSON; charset=utf-8' }],
  ['weights', { accept: 'text/event-stream;q=0.5, application/json;q=0.9' }],
  ['a GET', { method: 'GET', accept: 'text/event-stream', contentType: '' }],
  ['a DELETE', { method: 'DELETE', accept: '', contentType: '' }],
] as const)
  test(`${when} is read on`, () => assert.equal(checkHead(head(given)), undefined));

const note = (method: string): Message => ({ jsonrpc: '2.0', method });
const message = (method: string, id: number): Message => ({ ...note(method), id });

type Given = Partial<McpHead> & { readonly session?: typeof SESSION };

const decide = ({ session, ...given }: Given, ...messages: Message[]) => {
  const decision = classifyRequest({
    head: head(given),
    messages,
    session,
    supportedVersions: ['2025-06-18', '2025-11-25'],
  });
  return decision.kind === 'reject' ? `${decision.status} ${decision.code} ${decision.why}` : decision.kind;
};

const SESSION = {
  inFlight: (request: RequestId) => request === 99,
  hasHad: (request: RequestId) => request === 98,
};
const MINE = { session: SESSION };

const ALONE = '400 -32600 Invalid Request: initialize must be the only message';
const INITIALIZED =
  '400 -32600 Invalid Request: this session is already initialized; open a new one without Mcp-Session-Id';
const REQUIRED = '400 -32000 Bad Request: the Mcp-Session-Id header is required; send initialize to open a session';
const ERA =
  '400 -32000 Bad Request: this server only supports the protocol with sessions (up to 2025-11-25): send initialize';
const VERSION = '400 -32000 Bad Request: unsupported MCP-Protocol-Version (supported: 2025-06-18, 2025-11-25)';
const USED = '400 -32600 Invalid Request: this session has already used this request id';
const ANSWERING = '400 -32600 Invalid Request: a request with this id is still being answered';

for (const [when, decision, expected] of [
  ['initialize', decide({}, message('initialize', 1)), 'open'],
  ['initialize with others', decide({}, message('initialize', 1), message('ping', 2)), ALONE],
  ['initialize on a live session', decide(MINE, message('initialize', 1)), INITIALIZED],
  ['a request without a session', decide({}, message('ping', 1)), REQUIRED],
  ['server/discover without a session', decide({}, message('server/discover', 1)), ERA],
  ['a GET without a session', decide({ method: 'GET' }), REQUIRED],
  ['a DELETE without a session', decide({ method: 'DELETE' }), REQUIRED],
  ['a request of a session', decide(MINE, message('ping', 1)), 'deliver'],
  ['two requests of a session', decide(MINE, message('ping', 1), message('ping', 2)), 'deliver'],
  ['two notifications, which have no id', decide(MINE, note('a'), note('b')), 'deliver'],
  ['a GET of a session', decide({ ...MINE, method: 'GET' }), 'stream'],
  ['a DELETE of a session', decide({ ...MINE, method: 'DELETE' }), 'close'],
  ['a known version', decide({ ...MINE, protocolVersion: '2025-11-25' }, message('ping', 1)), 'deliver'],
  ['an unknown version', decide({ ...MINE, protocolVersion: '1999-01-01' }, message('ping', 1)), VERSION],
  ['two versions', decide({ ...MINE, protocolVersion: '2025-11-25, 2025-11-25' }, message('ping', 1)), VERSION],
  ['an id that is being answered', decide(MINE, message('ping', 1), message('ping', 99)), ANSWERING],
  ['an id of an earlier request', decide(MINE, message('ping', 1), message('ping', 98)), USED],
  ['the same id twice in a batch', decide(MINE, message('ping', 1), message('ping', 1)), ANSWERING],
] as const)
  test(`${when}: ${expected}`, () => assert.equal(decision, expected));
