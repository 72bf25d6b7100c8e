/** Raw requests of protocol 2026-07-28: headers and body, and the result. */

import { envelope } from '../../../../node/test-sessionless.ts';
import type { Exchange } from '../../../../router/parity/raw-client.ts';
import type { HttpMessage } from './raw-mcp.ts';

export type Calling = {
  /** Of the body; the headers match unless given. */
  readonly params?: object;
  /** Instead of a client's header; undefined: no header. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly user?: string;
};

const CAPABILITIES = { elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } };

/** As a client sends it: a value that a header cannot hold is sent as base64. */
export const calling = (method: string, { params = {}, headers = {}, user = 'ada' }: Calling = {}): HttpMessage => {
  const { name, uri, taskId, arguments: args } = params as Record<string, unknown>;
  const handle = (args as { drawer?: unknown } | undefined)?.drawer;
  const all: Readonly<Record<string, string | undefined>> = {
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': method,
    'Mcp-Name': inHeader(name ?? uri ?? taskId),
    'Mcp-Param-Handle': inHeader(handle),
    'X-User': user,
    ...headers,
  };
  return {
    body: Buffer.from(JSON.stringify(envelope(method, params, CAPABILITIES))).toString('latin1'),
    headers: Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`])),
  };
};

/** Every proxy and server accepts headers of this size; longer values are complete only in the body. */
const MAX_HEADER = 4_096;

const inHeader = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length > MAX_HEADER) return text.slice(0, MAX_HEADER);
  return /^[\x21-\x7e]+$/.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
};

export const useTool = (name: string, args: object = {}, more: Omit<Calling, 'params'> = {}): HttpMessage =>
  calling('tools/call', { ...more, params: { name, arguments: args } });

/** The message of an answer, or the first of its events that is an answer. */
// biome-ignore lint/suspicious/noExplicitAny: a case reads what it expects.
export const messageOf = ({ answers }: Exchange): Readonly<Record<string, any>> | undefined => {
  const body = Buffer.from(answers[0]?.body ?? '', 'latin1').toString();
  try {
    return JSON.parse(/^data: (.+)$/m.exec(body)?.[1] ?? body);
  } catch {
    return undefined;
  }
};

/** In one word: the status of a refusal, the code of an error, or the result. */
export const outcomeOf = (seen: Exchange): string => {
  const status = seen.answers[0]?.status;
  const { error, result } = messageOf(seen) ?? {};
  if (error) return `${status} error ${error.code}`;
  if (result?.isError) return `${status} isError`;
  return result === undefined ? `${status ?? 'no answer'}` : `served ${result.resultType ?? ''}`.trim();
};

export const REFUSED = /^(?:4\d\d|200 error -\d+|200 isError)/;
