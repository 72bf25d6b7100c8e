import { type Message, objectOf } from './json-rpc.ts';

/** The parts of a POST that show which era of MCP it belongs to. */
export type EraFacts = {
  /** From the MCP-Protocol-Version header; several values are joined by a comma. */
  readonly protocolVersion: string | undefined;
  readonly mcpMethod: string | undefined;
  readonly messages: readonly Message[];
  readonly batch: boolean;
};

export type Era =
  /** Up to 2025-11-25: requests of one session carry the same Mcp-Session-Id. */
  | { readonly kind: 'sessions' }
  /** From 2026-07-28 on: each message says in its envelope what it needs. */
  | { readonly kind: 'sessionless'; readonly version: string }
  | { readonly kind: 'reject'; readonly code: -32600 | -32602 | -32020; readonly why: string };

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CLIENT_KEY = 'io.modelcontextprotocol/clientInfo';
export const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** This error makes a client of both eras fall back to initialize; the status is 400. */
export const SEND_INITIALIZE =
  'Bad Request: this server only supports the protocol with sessions (up to 2025-11-25): send initialize';

/**
 * For servers that support sessions only: whether a request without a session is of the other era. Mcp-Method does not
 * tell: clients that use sessions also send it with their first request. `messages` is empty if the body is not JSON or
 * too large.
 */
export const isWithoutSessions = (version: string | undefined, messages: readonly Message[]): boolean =>
  (version !== undefined && version >= FIRST_SESSIONLESS) ||
  messages.some((message) => message.method === 'server/discover' || VERSION_KEY in envelopeOf(message));

/** Versions are dates, so later versions compare as greater. */
const FIRST_SESSIONLESS = '2026-07-28';
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The body decides: proxies may drop headers, but the envelope always reaches the server. */
export const classifyEra = ({ protocolVersion, mcpMethod, messages, batch }: EraFacts): Era => {
  const [message] = messages;
  if (message === undefined) return SESSIONS;
  if (batch)
    return messages.some(claims) ? invalid('a batch cannot contain messages of protocol 2026-07-28') : SESSIONS;
  const byHeader = isSessionless(protocolVersion);
  if (claims(message)) return agreement({ message, protocolVersion, mcpMethod });
  if (!byHeader || message.method === undefined) return SESSIONS;
  if (message.method === 'initialize')
    return mismatch('initialize belongs to the protocol with sessions, but the MCP-Protocol-Version header does not');
  if (message.id === undefined) return { kind: 'sessionless', version: protocolVersion as string };
  return { kind: 'reject', code: -32602, why: `Invalid params: params._meta lacks ${VERSION_KEY}` };
};

/** The key in `params._meta` that marks a request of the new era. */
const envelopeOf = (message: Message): Readonly<Record<string, unknown>> => objectOf(objectOf(message.params)._meta);

/** `name/version`, as for sessions. */
export const clientOf = (message: Message): string => {
  const { name, version } = objectOf(envelopeOf(message)[CLIENT_KEY]);
  return `${typeof name === 'string' ? name : ''}/${typeof version === 'string' ? version : ''}`;
};

type Claim = Pick<EraFacts, 'protocolVersion' | 'mcpMethod'> & { readonly message: Message };

const agreement = ({ message, protocolVersion, mcpMethod }: Claim): Era => {
  const version = envelopeOf(message)[VERSION_KEY];
  if (typeof version !== 'string')
    return { kind: 'reject', code: -32602, why: `Invalid params: ${VERSION_KEY} is not a string` };
  if (protocolVersion !== undefined && protocolVersion !== version)
    return mismatch(`the body uses protocol ${version}, but the MCP-Protocol-Version header does not`);
  if (mcpMethod !== undefined && mcpMethod !== message.method)
    return mismatch(`the body calls ${message.method}, but the Mcp-Method header does not`);
  return { kind: 'sessionless', version };
};

const SESSIONS: Era = { kind: 'sessions' };
const invalid = (why: string): Era => ({ kind: 'reject', code: -32600, why: `Invalid Request: ${why}` });
const mismatch = (why: string): Era => ({
  kind: 'reject',
  code: -32020,
  why: `Bad Request: headers and body disagree: ${why}`,
});

const claims = (message: Message): boolean => message.method !== undefined && VERSION_KEY in envelopeOf(message);
const isSessionless = (version: string | undefined): boolean =>
  version !== undefined && DATE.test(version) && version >= FIRST_SESSIONLESS;
