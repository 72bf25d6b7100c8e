import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';

/** What an app's code may have added to a request before it reaches us. */
export type MountedRequest = IncomingMessage & {
  readonly body?: unknown;
  readonly auth?: AuthInfo | undefined;
  readonly originalUrl?: string;
};

export type RequestParts = {
  readonly method: string;
  readonly url: string;
  readonly pairs: readonly (readonly [string, string])[];
  /** Already read, parsed or not; undefined: there is none. */
  readonly body: unknown;
  readonly auth?: AuthInfo | undefined;
};

/** A request for the node's code that did not come from a socket, or whose body was already read. */
export const mountedRequest = ({ body, pairs, ...rest }: RequestParts): MountedRequest => {
  const bytes = bytesOf(body);
  const sent = pairs.filter(([name]) => !OF_THE_BODY.has(name.toLowerCase()));
  const sized = bytes.length > 0 ? [...sent, ['content-length', String(bytes.length)] as const] : sent;
  return withHead(Readable.from(bytes.length > 0 ? [bytes] : []), { ...rest, pairs: sized });
};

export const withHead = (body: Readable, { pairs, ...rest }: Omit<RequestParts, 'body'>): MountedRequest => {
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  return Object.assign(body, { ...rest, headers, rawHeaders: pairs.flat() }) as unknown as MountedRequest;
};

/** The original header describes other bytes. */
const OF_THE_BODY: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'content-encoding']);

/** After express.json() the request's body has already been read. */
export const unread = (req: MountedRequest): MountedRequest => {
  if (!req.readableEnded) return req;
  const { method = 'GET', originalUrl, url = '/', rawHeaders: raw, body, auth } = req;
  const pairs = raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []));
  const read = mountedRequest({ method, url: originalUrl ?? url, pairs, body, auth });
  // For repeated headers the app has checked the value that Node produced.
  for (const name of Object.keys(read.headers)) read.headers[name] = req.headers[name] ?? read.headers[name];
  return read;
};

const bytesOf = (body: unknown): Uint8Array => {
  if (body instanceof Uint8Array) return body;
  try {
    return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
  } catch {
    // Nested too deeply: send text that is not JSON, which is refused.
    return Buffer.from('{');
  }
};
