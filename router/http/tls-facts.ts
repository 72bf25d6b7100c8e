import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { isHttp2 } from './http2.ts';

export type TlsFacts = { readonly version: string; readonly cipher: string };

const UNKNOWN: TlsFacts = { version: '', cipher: '' };
const KNOWN = new WeakMap<object, TlsFacts>();

/** Read while the connection is open; after that the values are gone. */
export const tlsFactsOf = (req: IncomingMessage): TlsFacts => {
  const socket = req.socket as TLSSocket;
  const connection = isHttp2(req) ? req.stream.session : socket;
  if (connection === undefined) return UNKNOWN;
  const known = KNOWN.get(connection);
  if (known !== undefined) return known;
  const facts = { version: socket.getProtocol() ?? '', cipher: socket.getCipher().standardName };
  KNOWN.set(connection, facts);
  return facts;
};
