import { type ServerResponse, STATUS_CODES } from 'node:http';
import { constants, type Http2ServerResponse } from 'node:http2';
import type { Reply } from '../core/middleware.ts';
import { HeaderList } from '../core/request/header-list.ts';
import { canonicalName } from '../core/request/header-name.ts';
import { runResponse } from '../traefik/middleware/run.ts';
import type { HttpExchange } from './exchange.ts';
import { isHttp2 } from './http2.ts';

/** Sends a response made by the router: a rejection, a failure, a middleware's reply, one of its pages. */
export const answer = (x: HttpExchange, { status, headers, body }: Reply): void => {
  if (!x.open || x.res.headersSent) {
    cut(x.res);
    return;
  }
  const length = Buffer.byteLength(body);
  if (!isBodiless(status)) headers.set('content-length', String(length));
  sendHead(x, status, headers);
  if (x.request.method !== 'HEAD') x.bytesSent(length);
  x.res.end(x.request.method === 'HEAD' || isBodiless(status) ? undefined : body);
};

/** What Go's http.Error sends. */
export const answerText = (x: HttpExchange, status: number, body: string): void =>
  answer(x, { status, headers: plainText(), body });

const plainText = (): HeaderList =>
  new HeaderList(['content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff']);

/**
 * Sends the head of every response. Sticky cookies come first, because Traefik writes them before the server answers.
 * Then the middlewares that the request has passed may change the head, in reverse order.
 */
export const sendHead = (x: HttpExchange, status: number, headers: HeaderList): void => {
  const { decision } = x;
  const cookies = decision?.kind === 'forward' || decision?.kind === 'reject' ? decision.choice?.setCookies : undefined;
  if (cookies !== undefined && cookies.length > 0) {
    const flat: string[] = [];
    for (const cookie of cookies) flat.push('set-cookie', cookie);
    headers.flat.unshift(...flat);
  }
  if (status === 304) headers.delete('content-length');
  const head = { status, headers };
  if (x.ran > 0) runResponse(x.middlewares, x, head);
  x.headSent(head.headers);
  writeHead(x, head.status, head.headers);
};

const writeHead = ({ res, request }: HttpExchange, status: number, headers: HeaderList): void => {
  if (isHttp2(res)) return writeHttp2Head(res, status, headers);
  // Traefik sends no Connection header while the connection stays open; Node would add two headers.
  if (res.shouldKeepAlive && request.protocol === 'HTTP/1.1') res.removeHeader('connection');
  const { flat } = headers;
  const out = new Array<string>(flat.length);
  for (let i = 0; i < flat.length; i += 2) {
    out[i] = canonicalName(flat[i]!);
    out[i + 1] = flat[i + 1]!;
  }
  res.writeHead(status, STATUS_CODES[status] ?? `status code ${status}`, out);
};

const writeHttp2Head = (res: Http2ServerResponse, status: number, headers: HeaderList): void => {
  for (const [name, value] of headers) res.appendHeader(name, value);
  res.writeHead(status);
};

/** Aborts a response that cannot be completed, so that the client does not take it for a complete one. */
export const cut = (res: ServerResponse): void => {
  if (isHttp2(res)) res.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else res.destroy();
};

const isBodiless = (status: number): boolean =>
  status === constants.HTTP_STATUS_NO_CONTENT || status === constants.HTTP_STATUS_NOT_MODIFIED;
