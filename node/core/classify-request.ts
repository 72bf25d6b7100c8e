import { SEND_INITIALIZE } from './era.ts';
import { INVALID_REQUEST, isRequest, type Message, type RequestId, SERVER_ERROR } from './json-rpc.ts';

/** The parts of a request to /mcp that decide how it is handled, apart from its session and body. */
export type McpHead = {
  readonly method: string;
  readonly accept: string;
  readonly contentType: string;
  /** As received; several values are joined by a comma, which makes an unsupported version. */
  readonly protocolVersion: string | undefined;
};

export type Rejection = {
  readonly kind: 'reject';
  readonly status: 400 | 405 | 406 | 415;
  readonly code: number;
  readonly why: string;
};

export type McpDecision =
  | { readonly kind: 'open' }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'stream' }
  | { readonly kind: 'close' }
  | Rejection;

/** What can be refused without reading the body. */
export const checkHead = ({ method, accept, contentType }: McpHead): Rejection | undefined => {
  if (method !== 'POST' && method !== 'GET' && method !== 'DELETE') return reject(405, 'Method not allowed');
  if (method === 'DELETE') return undefined;
  if (!accepts(accept, 'text/event-stream')) return reject(406, 'Not Acceptable: accept text/event-stream');
  if (method === 'GET') return undefined;
  if (!accepts(accept, 'application/json')) return reject(406, 'Not Acceptable: accept application/json as well');
  if (mediaType(contentType) !== 'application/json') return reject(415, 'Content-Type must be application/json');
  return undefined;
};

export type Classified = {
  readonly head: McpHead;
  readonly messages: readonly Message[];
  /** Undefined: the request names none. */
  readonly session: { inFlight(request: RequestId): boolean; hasHad?(request: RequestId): boolean } | undefined;
  readonly supportedVersions: readonly string[];
};

export const classifyRequest = ({ head, messages, session, supportedVersions }: Classified): McpDecision => {
  const opens = messages.some(({ method }) => method === 'initialize');
  if (opens && messages.length > 1) return invalid('Invalid Request: initialize must be the only message');
  if (session === undefined) return opens ? { kind: 'open' } : sessionRequired(messages);
  if (opens)
    return invalid('Invalid Request: this session is already initialized; open a new one without Mcp-Session-Id');
  const { protocolVersion } = head;
  if (protocolVersion !== undefined && !supportedVersions.includes(protocolVersion))
    return reject(400, `Bad Request: unsupported MCP-Protocol-Version (supported: ${supportedVersions.join(', ')})`);
  if (head.method === 'GET') return { kind: 'stream' };
  if (head.method === 'DELETE') return { kind: 'close' };
  const requests = messages.filter(isRequest).map((message) => message.id);
  // Answers are matched to streams by these ids: of two equal ids one would never get an answer.
  if (new Set(requests).size < requests.length || requests.some((request) => session.inFlight(request)))
    return invalid('Invalid Request: a request with this id is still being answered');
  if (requests.some((request) => session.hasHad?.(request))) return repeated;
  return { kind: 'deliver' };
};

/** Clients of the 2026 protocol probe with server/discover first, and fall back to initialize on a 400. */
const sessionRequired = ([message]: readonly Message[]): Rejection =>
  message?.method === 'server/discover'
    ? reject(400, SEND_INITIALIZE)
    : reject(400, 'Bad Request: the Mcp-Session-Id header is required; send initialize to open a session');

const reject = (status: Rejection['status'], why: string): Rejection => ({
  kind: 'reject',
  status,
  code: SERVER_ERROR,
  why,
});
const invalid = (why: string): Rejection => ({ kind: 'reject', status: 400, code: INVALID_REQUEST, why });

/** A proxy that retries a POST after its connection broke must not run the tool twice. */
export const repeated = invalid('Invalid Request: this session has already used this request id');

const accepts = (header: string, type: string): boolean => header.split(',').some((part) => mediaType(part) === type);
const mediaType = (header: string): string => header.split(';', 1)[0]!.trim().toLowerCase();
