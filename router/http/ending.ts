import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { isHttp2, stopReadingBody } from './http2.ts';

/** Called once. `whole`: the last byte was handed to the system while the client was still connected. */
type Ended = (whole: boolean) => void;

/**
 * How a response ends, for every protocol. Node's own events cannot be used directly: a closed HTTP/2 stream always
 * counts as finished, and so does a socket destroyed while writing; and a client that does not read may have sent its
 * FIN long before its connection closes.
 */
export const whenEnded = (req: IncomingMessage, res: ServerResponse, ended: Ended): void => {
  if (isHttp2(res)) whenStreamEnded(res, ended);
  else whenAnswerEnded(req.socket, res, ended);
};

const whenStreamEnded = (res: Http2ServerResponse, ended: Ended): void => {
  const { stream } = res;
  stream.once('finish', () => stopReadingBody(stream));
  // On the stream, not the response: the response emits nothing when a client aborts a HEAD.
  stream.once('close', () => ended(res.writableEnded && stream.writableFinished));
};

const whenAnswerEnded = (socket: Socket, res: ServerResponse, ended: Ended): void => {
  const due = dueOn(socket);
  due.set(res, ended);
  res.once('finish', () => {
    if (due.delete(res)) ended(!socket.destroyed);
  });
};

/** The pending responses of each HTTP/1.1 connection. */
const DUE = new WeakMap<Socket, Map<ServerResponse, Ended>>();

const dueOn = (socket: Socket): Map<ServerResponse, Ended> => {
  const known = DUE.get(socket);
  if (known !== undefined) return known;
  const due = new Map<ServerResponse, Ended>();
  DUE.set(socket, due);
  const give = (up: (res: ServerResponse) => boolean): void => {
    for (const [res, ended] of due) {
      if (!up(res)) continue;
      due.delete(res);
      ended(isTunnel(res));
    }
  };
  // A client that half-closes counts as gone. A response already written may still reach it; tunnels end by themselves.
  socket.once('end', () => give((res) => !res.writableEnded && !isTunnel(res)));
  socket.once('close', () => give(() => true));
  return due;
};

const isTunnel = (res: ServerResponse): boolean => res.headersSent && res.statusCode === 101;
