import { excessOf, LINE } from './json-bounds.ts';

/** One message of a POST after its outer shape was checked; the SDK checks the rest. */
export type Message = {
  readonly jsonrpc: '2.0';
  readonly id?: RequestId;
  readonly method?: string;
  readonly params?: unknown;
};
export type RequestId = string | number;

export type Parsed =
  | {
      readonly kind: 'messages';
      readonly messages: readonly Message[];
      readonly batch: boolean;
      readonly body: unknown;
    }
  | { readonly kind: 'bad'; readonly code: -32700 | -32600; readonly why: string };

const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
/** JSON-RPC reserves -32000 for servers; the SDK uses it too. */
export const SERVER_ERROR = -32000;
export const INTERNAL_ERROR = -32603;
/** The SDK's own code. */
export const SESSION_NOT_FOUND = -32001;

/** As in the SDK: a batch costs one stream entry and one handler per message. */
const MAX_BATCH = 100;

// A byte order mark is not JSON (RFC 8259, section 8.1): it must reach the parser, which refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const parseMessages = (bytes: Uint8Array): Parsed => {
  const excess = excessOf(bytes);
  if (excess !== undefined) return bad(INVALID_REQUEST, `Invalid Request: ${excess}`);
  const json = parseJson(bytes);
  if (!json.ok) return bad(PARSE_ERROR, 'Parse error: the body is not JSON in UTF-8');
  const batch = Array.isArray(json.value);
  const messages: readonly unknown[] = batch ? (json.value as unknown[]) : [json.value];
  if (messages.length === 0) return bad(INVALID_REQUEST, 'Invalid Request: an empty batch');
  if (messages.length > MAX_BATCH) return bad(INVALID_REQUEST, `Invalid Request: more than ${MAX_BATCH} messages`);
  if (!messages.every(isMessage)) return bad(INVALID_REQUEST, 'Invalid Request: not a JSON-RPC 2.0 message');
  return { kind: 'messages', messages, batch, body: json.value };
};

/** A message and its original JSON. */
export type WrittenMessage = { readonly message: Message; readonly data: string };

/** A line from a server: one message or a batch. Undefined: neither. A text: the limit that it exceeds. */
export const messagesOfLine = (line: string): readonly WrittenMessage[] | string | undefined => {
  // Most other lines are text for people, and checking the first character is cheaper than a parse error.
  if (!/^\s*[{[]/.test(line)) return undefined;
  const excess = excessOf(Buffer.from(line), LINE);
  if (excess !== undefined) return excess;
  try {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value))
      return isMessage(value) ? [{ message: value, data: line.replaceAll('\r', ' ') }] : undefined;
    return value.every(isMessage) ? value.map((message) => ({ message, data: JSON.stringify(message) })) : undefined;
  } catch {
    return undefined;
  }
};

export const isRequest = (message: Message): message is Message & { id: RequestId; method: string } =>
  message.method !== undefined && message.id !== undefined;

/** The id for an error about the whole POST: the id of its request, or null if it has none or several. */
export const callerId = (messages: readonly Message[]): RequestId | null => {
  const [only, ...more] = messages;
  return only && more.length === 0 && isRequest(only) ? only.id : null;
};

const bad = (code: -32700 | -32600, why: string): Parsed => ({ kind: 'bad', code, why });

const parseJson = (bytes: Uint8Array): { ok: true; value: unknown } | { ok: false } => {
  try {
    return { ok: true, value: JSON.parse(utf8.decode(bytes)) };
  } catch {
    return { ok: false };
  }
};

const isMessage = (value: unknown): value is Message => {
  if (typeof value !== 'object' || value === null) return false;
  const { jsonrpc, id, method } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0' || !isId(id)) return false;
  if (typeof method === 'string') return true;
  return method === undefined && ('error' in value || (id !== undefined && 'result' in value));
};

const isId = (id: unknown): boolean => id === undefined || typeof id === 'string' || Number.isSafeInteger(id);

/** Anything that is not an object has no members. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
