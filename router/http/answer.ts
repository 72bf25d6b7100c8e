import type { ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse } from 'node:http2';
import { runResponse } from '../middleware/run.ts';
import { HeaderList } from '../request/header-list.ts';
import type { HttpExchange } from './exchange.ts';
import { canonicalName } from './header-name.ts';

/** An answer of the router's own: a rejection, a failure, a middleware's reply, its own pages. */
export const answer = (x: HttpExchange, status: number, headers: HeaderList, body: string | Buffer): void => {
  if (!x.open || x.res.headersSent) {
    x.res.destroy();
    return;
  }
  const length = Buffer.byteLength(body);
  if (!isBodiless(status)) headers.set('content-length', String(length));
  sendHead(x, status, headers);
  x.responseBytes += length;
  x.res.end(x.request.method === 'HEAD' || isBodiless(status) ? undefined : body);
};

/** What Go's http.Error sends. */
export const answerText = (x: HttpExchange, status: number, body: string): void => answer(x, status, plainText(), body);

export const plainText = (): HeaderList =>
  new HeaderList(['content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff']);

/**
 * The head of every answer passes here: the cookies that the services chose come first, as Traefik writes them before
 * the server has spoken, then the middlewares have their say in reverse order.
 */
export const sendHead = (x: HttpExchange, status: number, headers: HeaderList): void => {
  const { decision } = x;
  const cookies = decision?.kind === 'forward' || decision?.kind === 'reject' ? decision.choice?.setCookies : undefined;
  if (cookies !== undefined && cookies.length > 0) {
    const flat: string[] = [];
    for (const cookie of cookies) flat.push('set-cookie', cookie);
    headers.flat.unshift(...flat);
  }
  const head = { status, headers };
  if (x.ran > 0) runResponse(x.middlewares, x, head);
  x.responseHeaders = head.headers;
  writeHead(x.res, head.status, head.headers);
};

const writeHead = (res: ServerResponse, status: number, headers: HeaderList): void => {
  if (isHttp2(res)) return writeHttp2Head(res, status, headers);
  // Traefik's answers carry no Connection header while the connection stays open; Node would add two.
  if (res.shouldKeepAlive) res.removeHeader('connection');
  const { flat } = headers;
  const out = new Array<string>(flat.length);
  for (let i = 0; i < flat.length; i += 2) {
    out[i] = canonicalName(flat[i]!);
    out[i + 1] = flat[i + 1]!;
  }
  res.writeHead(status, out);
};

const writeHttp2Head = (res: Http2ServerResponse, status: number, headers: HeaderList): void => {
  for (const [name, value] of headers) res.appendHeader(name, value);
  res.writeHead(status);
};

const isHttp2 = (res: unknown): res is Http2ServerResponse => 'stream' in (res as object);

const isBodiless = (status: number): boolean =>
  status === constants.HTTP_STATUS_NO_CONTENT || status === constants.HTTP_STATUS_NOT_MODIFIED;
