import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Http2ServerResponse, Http2Session } from 'node:http2';
import type { HeaderList } from '../core/request/header-list.ts';
import { canonicalName } from '../core/request/header-name.ts';
import { isHttp2 } from './http2.ts';

/** So many bytes of hints may wait on one connection: as many as one read from a server can bring. */
export const ROOM = 65_536;

/**
 * Passes an interim answer on as it is; Node itself has words for only some of them. A server cannot be made to wait
 * with its hints, and a client that reads none would have all of them kept: those without room are left out.
 */
export const inform = (res: ServerResponse, status: number, headers: HeaderList): void => {
  if (res.headersSent) return;
  if (isHttp2(res)) informStream(res, status, headers);
  else informConnection(res, status, headers);
};

const informConnection = ({ socket }: ServerResponse, status: number, headers: HeaderList): void => {
  // While an earlier answer on this connection is still going out there is no socket yet, and a hint can wait.
  if (socket === null || socket.writableLength > ROOM) return;
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  for (const [name, value] of headers) lines.push(`${canonicalName(name)}: ${value}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
};

/** Bytes of hints since the session was last seen without frames to send. */
const WAITING = new WeakMap<Http2Session, number>();

const informStream = ({ stream }: Http2ServerResponse, status: number, headers: HeaderList): void => {
  const { session } = stream;
  if (session === undefined || stream.closed) return;
  const waiting = session.state.outboundQueueSize === 0 ? 0 : (WAITING.get(session) ?? 0);
  if (waiting > ROOM) return;
  const fields: Record<string, string | string[]> = {};
  let size = 0;
  for (const [name, value] of headers) {
    size += name.length + value.length;
    const known = fields[name];
    fields[name] = known === undefined ? value : [known, value].flat();
  }
  WAITING.set(session, waiting + size);
  try {
    stream.additionalHeaders({ ...fields, ':status': status });
  } catch {
    // What HTTP/2 has no form for is left out.
  }
  // Node keeps them all for whoever wants to look at them.
  stream.sentInfoHeaders?.splice(0);
};
