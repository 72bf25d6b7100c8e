/** One request over HTTP/2: over TLS with ALPN, or in clear text with prior knowledge. */
import { once } from 'node:events';
import http2 from 'node:http2';
import { type Observed, requestOf } from './observe.ts';
import type { Seen } from './seen-request.ts';

export type Http2Request = {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly clear?: boolean;
};

export type Http2Answer = {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly cookies: readonly string[];
  readonly body: string;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly seen: Observed['seen'];
  readonly failed: string | undefined;
};

const PATIENCE = 4_000;

export const http2Exchange = async (port: number, request: Http2Request): Promise<Http2Answer> => {
  const session = http2.connect(`${request.clear ? 'http' : 'https'}://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
  });
  session.on('error', () => undefined);
  try {
    return await ask(session, request);
  } finally {
    session.destroy();
  }
};

/** How many concurrent streams the other side allows. */
export const http2Streams = async (port: number): Promise<number | undefined> => {
  const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  try {
    const [settings] = (await once(session, 'remoteSettings', { signal: AbortSignal.timeout(PATIENCE) })) as [
      http2.Settings,
    ];
    return settings.maxConcurrentStreams;
  } finally {
    session.destroy();
  }
};

const ask = (session: http2.ClientHttp2Session, { headers, body }: Http2Request): Promise<Http2Answer> =>
  new Promise((resolve) => {
    let heads: Record<string, unknown> = {};
    let trailers: Record<string, unknown> = {};
    let text = '';
    const finish = (failed: string | undefined): void => {
      clearTimeout(timer);
      resolve({
        status: heads[':status'] as number | undefined,
        headers: heads,
        cookies: (heads['set-cookie'] as string[] | undefined) ?? [],
        body: text,
        trailers,
        seen: seenIn(text),
        failed,
      });
    };
    const timer = setTimeout(() => finish('timeout'), PATIENCE);
    session.on('error', (error) => finish(error.message));
    const stream = session.request(headers as http2.OutgoingHttpHeaders, { endStream: body === undefined });
    stream.setEncoding('utf8');
    stream.on('response', (received) => {
      heads = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('data', (part) => {
      text += part;
    });
    stream.on('end', () => finish(undefined));
    stream.on('error', (error) => finish(error.message));
    if (body !== undefined) stream.end(body);
  });

const seenIn = (text: string): Observed['seen'] => {
  if (!text.startsWith('{"id"')) return undefined;
  return requestOf(JSON.parse(text) as Seen);
};
