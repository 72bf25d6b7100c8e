/**
 * Requests exactly as given and responses as received: raw headers, no redirects, a new connection each unless one is
 * passed.
 */

import { once } from 'node:events';
import { type Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { jsonObject } from '../../shared/json-object.ts';
import { nodeOfPrefix } from '../../shared/topology/prefixes.ts';
import type { TopologyNode } from '../../shared/topology/topology.ts';
import { EventReader } from './event-reader.ts';
import type { Failure, JsonRpc, Reply } from './reply.ts';

export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly agent?: Agent | undefined;
  readonly patienceMs?: number;
  /** Sent and answered even after an interruption. */
  readonly always?: boolean;
};

export type Opened = {
  readonly kind: 'opened';
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Readable;
  close(): void;
};

export type ClientOptions = {
  readonly origin: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly insecure: boolean;
  /** Those of the topology: a node that answers with its tag is shown by its name. */
  readonly nodes?: readonly TopologyNode[] | undefined;
  /** The maximum number of requests. */
  readonly most: number;
  readonly signal: AbortSignal;
};

const NODES = ['x-mooring-node', 'x-mooring-relayed-by'];

const namesIn = (headers: Opened['headers'], nodes: readonly TopologyNode[] = []): Opened['headers'] => {
  const named = NODES.filter((header) => headers[header] !== undefined).map((header) => [
    header,
    headers[header]!.map((prefix) => nodeOfPrefix(prefix, nodes) ?? prefix),
  ]);
  return { ...headers, ...Object.fromEntries(named) };
};

class Ended extends Error {
  readonly code: string;

  constructor(code: string, why: string) {
    super(why);
    this.code = code;
  }
}

const PATIENCE_MS = 10_000;
const LONGEST_BODY = 256 * 1024;
const SHOWN = 200;
const END_GRACE_MS = 500;

export class HttpClient {
  sent = 0;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The response head; the caller closes it. `patienceMs` limits the wait for the head only. */
  async open(asked: HttpRequest): Promise<Opened | Failure> {
    const { origin, insecure, most, signal } = this.#options;
    if (signal.aborted && !asked.always) return { kind: 'failed', code: 'ABORTED', why: 'interrupted' };
    if (this.sent >= most) throw new Error(`more than the ${most} requests that were announced`);
    this.sent++;
    const url = new URL(origin);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
    const request = send(url, {
      method: asked.method,
      path: asked.path,
      headers: this.#headersOf(asked, body),
      agent: asked.agent ?? false,
      ...(insecure && { rejectUnauthorized: false }),
    });
    const interrupt = (): void => void request.destroy(new Ended('ABORTED', 'interrupted'));
    if (!asked.always) signal.addEventListener('abort', interrupt, { once: true });
    request.once('close', () => signal.removeEventListener('abort', interrupt));
    const late = (): void => void request.destroy(new Ended('TIMEOUT', 'it did not answer in time'));
    const limit = setTimeout(late, asked.patienceMs ?? PATIENCE_MS);
    request.once('upgrade', (_, socket) => {
      socket.destroy();
      // Node considers the request finished.
      request.emit('error', new Ended('UPGRADED', 'it switched protocols, which nobody had asked for'));
    });
    try {
      const answer = once(request, 'response');
      request.end(body);
      return opened((await answer)[0] as IncomingMessage, () => request.destroy());
    } catch (error) {
      const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException;
      return { kind: 'failed', code, why: message };
    } finally {
      clearTimeout(limit);
      request.on('error', () => undefined); // The answer's end tells it.
    }
  }

  /** The whole response; of an event stream, everything up to the message with the request's id. */
  async ask(asked: HttpRequest): Promise<Reply> {
    const answer = await this.open(asked);
    if (answer.kind === 'failed') return answer;
    const limit = setTimeout(answer.close, asked.patienceMs ?? PATIENCE_MS);
    const { status, headers } = answer;
    const read = await readBody(answer, (asked.body as JsonRpc | undefined)?.id);
    clearTimeout(limit);
    if (!answer.body.readableEnded) answer.close();
    if (read.cut && read.message === undefined) return cutShort(read.text, this.#options.signal);
    const named = namesIn(headers, this.#options.nodes);
    return { kind: 'answered', status, headers: named, message: read.message, text: read.text.slice(0, SHOWN).trim() };
  }

  #headersOf({ headers }: HttpRequest, body: string | undefined): Record<string, string> {
    const { cookie, ...more } = this.#options.headers;
    const cookies = [cookie, headers?.cookie].filter((one) => one !== undefined && one !== '').join('; ');
    return {
      ...more,
      ...headers,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
      ...(cookies !== '' && { cookie: cookies }),
    };
  }
}

const opened = (answer: IncomingMessage, close: () => void): Opened => {
  const headers: Record<string, string[]> = {};
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    const name = answer.rawHeaders[i]!.toLowerCase();
    headers[name] = [...(headers[name] ?? []), answer.rawHeaders[i + 1]!];
  }
  return { kind: 'opened', status: answer.statusCode ?? 0, headers, body: unpacked(answer), close };
};

/** Each chunk as soon as it can be decoded: otherwise a compressed stream would look buffered. */
const unpacked = (answer: IncomingMessage): Readable => {
  if (answer.headers['content-encoding'] !== 'gzip') return answer.setEncoding('utf8');
  const gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH });
  // Readers get the error; without a reader it must not end the process.
  gunzip.on('error', () => undefined);
  answer.once('error', (error) => gunzip.destroy(error));
  return answer.pipe(gunzip).setEncoding('utf8');
};

const readBody = async ({ headers, body, close }: Opened, id: unknown) => {
  const events = headers['content-type']?.[0]?.startsWith('text/event-stream') ? new EventReader() : undefined;
  let text = '';
  let message: JsonRpc | undefined;
  let grace: NodeJS.Timeout | undefined;
  try {
    for await (const piece of body as AsyncIterable<string>) {
      text += piece;
      message ??= events
        ?.push(piece)
        .map(parseMessage)
        .find((one) => one?.id === id);
      // Servers end a call's stream after its answer; one that does not must not delay us.
      if (message !== undefined) grace ??= setTimeout(close, END_GRACE_MS);
      if (text.length > LONGEST_BODY) break;
    }
    return { text, message: message ?? parseMessage(text), cut: false };
  } catch {
    return { text, message, cut: true };
  } finally {
    clearTimeout(grace);
  }
};

const cutShort = (text: string, signal: AbortSignal): Failure => ({
  kind: 'failed',
  code: signal.aborted ? 'ABORTED' : 'CUT',
  why: text === '' ? 'the answer ended before its body' : 'the answer was cut off',
});

export const parseMessage = (text: string): JsonRpc | undefined => {
  const value = jsonObject(text);
  return value !== undefined && 'jsonrpc' in value ? (value as JsonRpc) : undefined;
};
