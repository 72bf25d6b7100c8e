/** The bytes that the suite sends to a node. */
import { type Exchange, exchange } from '../../../../router/parity/raw-client.ts';

export const rpc = (method: string, params: object = {}, id: unknown = 7): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

export const initialize = (name = 'hostile'): string =>
  rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name, version: '1' } });

export type HttpMessage = {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly session?: string;
};

export const bytesOf = ({
  method = 'POST',
  path = '/mcp',
  host = 'localhost',
  headers = [],
  body,
  session,
}: HttpMessage): string => {
  const all = [
    `Host: ${host}`,
    ...(headers.some((one) => /^accept:/i.test(one)) ? [] : ['Accept: application/json, text/event-stream']),
    ...(body === undefined || headers.some((one) => /^content-type:/i.test(one))
      ? []
      : ['Content-Type: application/json']),
    ...(session === undefined ? [] : [`Mcp-Session-Id: ${session}`]),
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
    ...headers,
  ];
  return `${method} ${path} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body ?? ''}`;
};

/** Long enough for anything; if it is reached, the case fails. */
export const PATIENCE = 60_000;

export const send = (port: number, message: HttpMessage, timeout = PATIENCE): Promise<Exchange> =>
  exchange(port, bytesOf(message), { timeout });

export const idOf = ({ answers }: Exchange): string | undefined =>
  answers[0]?.headers.find(([name]) => name.toLowerCase() === 'mcp-session-id')?.[1];

export const statusOf = ({ answers }: Exchange): string => String(answers[0]?.status ?? 'no answer');

/** A header of a raw request head. */
export const headerOf = (head: string, name: string): string | undefined =>
  new RegExp(`\r\n${name}: *([^\r]*)`, 'i').exec(head)?.[1];
