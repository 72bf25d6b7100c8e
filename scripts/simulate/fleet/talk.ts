import type { Group } from '../scenario.ts';
import { headersOf, INITIALIZED, initialize, reasonOf } from './messages.ts';
import type { Answer } from './wire.ts';

export type Message = {
  readonly method: 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** How a client opens state on a node, uses it, and learns that it is gone. */
export type Talk = {
  /** The name of the opening step, for refusals. */
  readonly opening: string;
  /** Whether the server sends messages by itself, on a stream. */
  readonly hasStream: boolean;
  open(client: string): Message;
  idIn(answer: Answer): string | undefined;
  /** Sent before it is used. */
  confirm(id: string): Message | undefined;
  call(id: string, request: number): Message;
  /** Why it is gone; undefined: it is not. */
  goneIn(answer: Answer): string | undefined;
  close(id: string): Message;
};

/** `ask` is the call in a session. */
export const talkOf = (holds: Group['holds'], ask: (request: number) => string): Talk =>
  holds === 'session' ? inSession(ask) : { handle: WITH_HANDLE, task: WITH_TASK }[holds];

const post = (body: string, session?: string): Message => ({ method: 'POST', headers: headersOf(session), body });

const inSession = (ask: (request: number) => string): Talk => ({
  opening: 'initialize',
  hasStream: true,
  open: (client) => post(initialize(client)),
  idIn: ({ headers }) => (typeof headers['mcp-session-id'] === 'string' ? headers['mcp-session-id'] : undefined),
  confirm: (id) => post(INITIALIZED, id),
  call: (id, request) => post(ask(request), id),
  goneIn: ({ status, text }) => (status === 404 ? reasonOf(text) : undefined),
  close: (id) => ({ method: 'DELETE', headers: headersOf(id) }),
});

const META = 'io.modelcontextprotocol';
const PROTOCOL = '2026-07-28';

type Sessionless = {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly id?: number;
};

/** Of protocol 2026-07-28: headers repeat what the request names, and route it to its node. */
const sessionless = ({ method, params, id = 1 }: Sessionless, handle?: string): Message => {
  const _meta = {
    [`${META}/protocolVersion`]: PROTOCOL,
    [`${META}/clientInfo`]: { name: 'light', version: '1' },
    [`${META}/clientCapabilities`]: { extensions: { [`${META}/tasks`]: {} } },
  };
  const named = params.name ?? params.taskId;
  const headers = {
    ...headersOf(),
    'mcp-protocol-version': PROTOCOL,
    'mcp-method': method,
    ...(named !== undefined && { 'mcp-name': String(named) }),
    ...(handle !== undefined && { 'mcp-param-handle': handle }),
  };
  return {
    method: 'POST',
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } }),
  };
};
const tool = (name: string, args: object, handle?: string, id?: number): Message =>
  sessionless({ method: 'tools/call', params: { name, arguments: args }, ...(id !== undefined && { id }) }, handle);

type ToolMessage = {
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text?: string }[];
    readonly structuredContent?: { readonly basket?: string };
    readonly taskId?: string;
  };
  readonly error?: { readonly data?: { readonly reason?: string } };
};

/** Also of a stream that ends with the answer; empty if it is incomplete. */
const resultIn = ({ text }: Answer): ToolMessage => {
  try {
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as ToolMessage;
  } catch {
    return {};
  }
};

/** Errors after which a client tries again: its state may still be there. */
const MAY_LIVE: ReadonlySet<string> = new Set(['owner-silent', 'unavailable']);
const unlessItLives = (reason: string | undefined): string | undefined =>
  reason === undefined || MAY_LIVE.has(reason) ? undefined : reason;

/** The example's baskets; a tool error starts with its reason. */
const WITH_HANDLE: Talk = {
  opening: 'open_basket',
  hasStream: false,
  open: () => tool('open_basket', {}),
  idIn: (answer) => resultIn(answer).result?.structuredContent?.basket,
  confirm: () => undefined,
  call: (basket, request) => tool('add_to_basket', { basket, item: 'pear' }, basket, request),
  goneIn: (answer) => {
    const { result } = resultIn(answer);
    return result?.isError === true ? unlessItLives((result.content?.[0]?.text ?? '').split(':')[0]) : undefined;
  },
  close: (basket) => tool('close_basket', { basket }, basket),
};

const COUNT_TO = 10_000;

const WITH_TASK: Talk = {
  opening: 'slow_count',
  hasStream: false,
  open: () => tool('slow_count', { to: COUNT_TO }),
  idIn: (answer) => resultIn(answer).result?.taskId,
  confirm: () => undefined,
  call: (taskId, id) => sessionless({ method: 'tasks/get', params: { taskId }, id }),
  goneIn: (answer) => unlessItLives(resultIn(answer).error?.data?.reason),
  close: (taskId) => sessionless({ method: 'tasks/cancel', params: { taskId } }),
};
