import {
  constants,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';

export type Http2Limits = {
  readonly readTimeout: number;
  readonly idleTimeout: number;
  readonly maxConcurrentStreams: number;
};

export const isHttp2 = (message: unknown): message is Http2ServerResponse => 'stream' in (message as object);

/** What Go's server handles and Node's does not: stalled sessions and bodies, clients that vanish. */
export const limitHttp2 = (server: Http2SecureServer, limits: Http2Limits): void => {
  const { readTimeout, idleTimeout, maxConcurrentStreams } = limits;
  server.updateSettings({ maxConcurrentStreams });
  server.on('secureConnection', (socket) => {
    if (socket.alpnProtocol === 'h2') socket.once('end', () => socket.destroy());
  });
  if (idleTimeout > 0) server.on('session', (session) => endWhenIdle(session, idleTimeout));
  if (readTimeout > 0)
    server.on('request', (req) => {
      if (isHttp2(req)) giveUpBody(req as unknown as Http2ServerRequest, readTimeout);
    });
};

/** The response is sent: the rest of the request is not read. */
export const stopReadingBody = (stream: ServerHttp2Stream): void => {
  if (isBodyUnfinished(stream)) stream.close(constants.NGHTTP2_NO_ERROR);
};

const endWhenIdle = (session: ServerHttp2Session, idleTimeout: number): void => {
  let open = 0;
  const timer = setTimeout(() => {
    if (open === 0) session.destroy();
  }, idleTimeout);
  session.on('stream', (stream) => {
    open++;
    stream.once('close', () => {
      open--;
      if (!session.destroyed) timer.refresh();
    });
  });
  session.once('close', () => clearTimeout(timer));
};

const giveUpBody = (req: Http2ServerRequest, readTimeout: number): void => {
  if (req.stream.endAfterHeaders) return;
  const timer = setTimeout(() => {
    if (isBodyUnfinished(req.stream)) req.destroy(new BodyTimeout());
  }, readTimeout);
  req.on('error', () => {});
  req.stream.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
};

/** With the code of a network timeout, which becomes a 504. */
class BodyTimeout extends Error {
  readonly code = 'ETIMEDOUT';
}

const isBodyUnfinished = (stream: ServerHttp2Stream): boolean => {
  if (stream.endAfterHeaders || stream.destroyed) return false;
  const { state } = stream.state;
  return state === constants.NGHTTP2_STREAM_STATE_OPEN || state === constants.NGHTTP2_STREAM_STATE_HALF_CLOSED_LOCAL;
};
