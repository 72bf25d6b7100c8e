import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Http2ServerResponse, Http2Session } from 'node:http2';
import type { HeaderList } from '../core/request/header-list.ts';
import { canonicalName } from '../core/request/header-name.ts';
import { isHttp2 } from './http2.ts';

/** Limit for buffered interim responses on one connection, in bytes: as many as one read from a server can bring. */
export const MAX_BUFFERED = 65_536;

/**
 * Passes on an interim (1xx) response; Node itself only supports some of them. There is no backpressure for these, so
 * those beyond the limit are dropped when the client does not read.
 */
export const sendInterim = (res: ServerResponse, status: number, headers: HeaderList): void => {
  if (res.headersSent) return;
  if (isHttp2(res)) sendOnStream(res, status, headers);
  else sendOnConnection(res, status, headers);
};

const sendOnConnection = ({ socket }: ServerResponse, status: number, headers: HeaderList): void => {
  // No socket yet while an earlier response on this connection is being sent; interim responses are optional.
  if (socket === null || socket.writableLength > MAX_BUFFERED) return;
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  for (const [name, value] of headers) lines.push(`${canonicalName(name)}: ${value}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
};

/** Bytes sent since the session's outbound queue was last seen empty. */
const WAITING = new WeakMap<Http2Session, number>();

const sendOnStream = ({ stream }: Http2ServerResponse, status: number, headers: HeaderList): void => {
  const { session } = stream;
  if (session === undefined || stream.closed) return;
  const waiting = session.state.outboundQueueSize === 0 ? 0 : (WAITING.get(session) ?? 0);
  if (waiting > MAX_BUFFERED) return;
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
    // HTTP/2 cannot express it; skipped.
  }
  // Node keeps a copy of all of them.
  stream.sentInfoHeaders?.splice(0);
};
