import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { endHalfAsked, isHttp2 } from './http2.ts';

/** Told once. `whole`: the last byte of the answer went to the system while its client was there to get it. */
type Ended = (whole: boolean) => void;

/**
 * The one notion of how an answer ends, for every protocol. What Node says of itself holds for none of them all: the
 * writing of a closed HTTP/2 stream always counts as finished, and so does that of a socket destroyed while it wrote;
 * and a client that does not read may have said its farewell long before its connection closes.
 */
export const whenEnded = (req: IncomingMessage, res: ServerResponse, ended: Ended): void => {
  if (isHttp2(res)) whenStreamEnded(res, ended);
  else whenAnswerEnded(req.socket, res, ended);
};

const whenStreamEnded = (res: Http2ServerResponse, ended: Ended): void => {
  const { stream } = res;
  stream.once('finish', () => endHalfAsked(stream));
  // Of the stream, not of the response: that stays silent where a client leaves a HEAD.
  stream.once('close', () => ended(res.writableEnded && stream.writableFinished));
};

const whenAnswerEnded = (socket: Socket, res: ServerResponse, ended: Ended): void => {
  const due = dueOn(socket);
  due.set(res, ended);
  res.once('finish', () => {
    if (due.delete(res)) ended(!socket.destroyed);
  });
};

/** The answers that each connection of HTTP/1.1 still owes. */
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
  // Who ends its sending side has left. What has been said in full may still reach it; a tunnel has an end of its own.
  socket.once('end', () => give((res) => !res.writableEnded && !isTunnel(res)));
  socket.once('close', () => give(() => true));
  return due;
};

const isTunnel = (res: ServerResponse): boolean => res.headersSent && res.statusCode === 101;
