import { parseSetCookie, type SetCookie } from './cookie.ts';

export type JsonRpc = {
  readonly id?: unknown;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly code?: number; readonly message?: string };
};

export type Answer = {
  readonly kind: 'answered';
  readonly status: number;
  /** Names in lower case; a header may occur more than once. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** The JSON-RPC message with the request's id, else the only one. */
  readonly message: JsonRpc | undefined;
  /** The start of the body. */
  readonly text: string;
};

export type Failure = { readonly kind: 'failed'; readonly code: string; readonly why: string };

export type Reply = Answer | Failure;

export const headerOf = (reply: Reply | undefined, name: string): string | undefined =>
  reply?.kind === 'answered' ? reply.headers[name]?.join(', ') : undefined;

export const cookiesOf = (reply: Reply | undefined): readonly SetCookie[] =>
  reply?.kind === 'answered'
    ? (reply.headers['set-cookie'] ?? []).map(parseSetCookie).filter(({ name }) => name !== '')
    : [];

export const nodeOf = (reply: Reply | undefined): string | undefined => headerOf(reply, 'x-mooring-node');

export const sessionOf = (reply: Reply | undefined): string | undefined => headerOf(reply, 'mcp-session-id');

export const messageOf = (reply: Reply): JsonRpc | undefined => (reply.kind === 'answered' ? reply.message : undefined);

export const isOk = (reply: Reply | undefined): boolean =>
  reply?.kind === 'answered' && reply.status >= 200 && reply.status < 300;

const METHOD_NOT_FOUND = -32601;

export const hasResult = (reply: Reply): boolean => isOk(reply) && messageOf(reply)?.result !== undefined;

/** The session was known there. A server without `ping` answers with an error of the session. */
export const isHeld = (reply: Reply): boolean =>
  isOk(reply) && [undefined, METHOD_NOT_FOUND].includes(messageOf(reply)?.error?.code);

export const outcome = (reply: Reply): string => {
  if (reply.kind === 'failed') return `no answer (${reply.code})`;
  const code = reply.message?.error?.code;
  return code === undefined ? `${reply.status}` : `${reply.status} (JSON-RPC ${code})`;
};

export const outcomes = (replies: readonly Reply[]): string => {
  const counts = new Map<string, number>();
  for (const text of replies.map(outcome)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => `${text} ×${count}`).join(', ');
};
