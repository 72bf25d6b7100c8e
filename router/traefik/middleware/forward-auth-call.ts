import http from 'node:http';
import https from 'node:https';
import { HeaderList } from '../../core/request/header-list.ts';
import type { AuthAnswer, AuthCall, FetchAuth } from './auth-service.ts';

/** For the whole call, including the response body. */
const TIMEOUT = 30_000;

// Idle connections must not keep the process alive.
const AGENTS = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };

export const callAuth: FetchAuth = (call) =>
  attempt(call, AbortSignal.any([call.signal, AbortSignal.timeout(TIMEOUT)]));

const attempt = (call: AuthCall, signal: AbortSignal): Promise<AuthAnswer | 'too-large'> =>
  new Promise((resolve, reject) => {
    const request = open(call, signal);
    request.on('response', (response) => read(response, call.maxResponseBodySize).then(resolve, reject));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The service closed a kept-alive connection just as it was reused: try once on a new one.
      const stale = request.reusedSocket && error.code === 'ECONNRESET' && call.body === undefined;
      if (stale) attempt(call, signal).then(resolve, reject);
      else reject(error);
    });
    request.end(call.body);
  });

const open = ({ address, method, headers, body }: AuthCall, signal: AbortSignal): http.ClientRequest => {
  const protocol = address.protocol === 'https:' ? 'https:' : 'http:';
  const flat = ['host', address.host, ...headers.flat];
  if (body !== undefined) flat.push('content-length', String(body.length));
  const client = protocol === 'https:' ? https : http;
  return client.request(address, { method, headers: flat, agent: AGENTS[protocol], signal, insecureHTTPParser: false });
};

const read = async (response: http.IncomingMessage, limit: number): Promise<AuthAnswer | 'too-large'> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (limit >= 0 && size > limit) return 'too-large';
    chunks.push(chunk);
  }
  const headers = new HeaderList();
  const { rawHeaders } = response;
  for (let i = 0; i < rawHeaders.length; i += 2) headers.add(rawHeaders[i]!, rawHeaders[i + 1]!);
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
};
