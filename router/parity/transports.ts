/** The transports of clients, and how a client can disconnect on each. */
import { type Ask, type Asked, type Leave, type TransportName, UNFINISHED_LENGTH } from './asked.ts';
import { requestBytes } from './case.ts';
import { askHttp2 } from './http2-asked.ts';
import { RawConnection } from './raw-client.ts';

type Transport = {
  readonly leaves: readonly Leave[];
  readonly ask: (port: number, request: Ask) => Promise<Asked>;
};

export const TRANSPORTS: Readonly<Record<TransportName, Transport>> = {
  'HTTP/1.1': { leaves: ['farewell', 'cut', 'reset'], ask: (port, request) => askHttp1(port, request, false) },
  TLS: { leaves: ['farewell', 'cut', 'reset'], ask: (port, request) => askHttp1(port, request, true) },
  'HTTP/2': { leaves: ['cancel', 'goaway', 'farewell', 'cut', 'reset'], ask: askHttp2 },
};

const askHttp1 = async (port: number, request: Ask, secure: boolean): Promise<Asked> => {
  const connection = await RawConnection.open(port, { tls: secure });
  void connection.write(http1Bytes(request));
  const asked: Asked = {
    get status() {
      return connection.soFar().answers[0]?.status;
    },
    get body() {
      return connection.soFar().answers[0]?.body ?? '';
    },
    get interim() {
      return connection.soFar().interim.map(({ status }) => status);
    },
    get closed() {
      return connection.closed;
    },
    whenClosed: (timeout) => connection.whenClosed(timeout),
    until: (test, timeout) => connection.until(() => test(asked), timeout),
    pause: () => void connection.socket.pause(),
    resume: () => void connection.socket.resume(),
    leave: (how) => {
      if (how === 'farewell') connection.socket.end();
      else if (how === 'reset') connection.reset();
      else connection.close();
    },
    close: () => connection.close(),
  };
  return asked;
};

const http1Bytes = ({ unfinished, body = '', headers, ...request }: Ask): string => {
  if (unfinished === undefined) return requestBytes({ ...request, ...(headers && { headers }), ...(body && { body }) });
  const framing: Record<string, string> =
    unfinished === 'sized' ? { 'Content-Length': String(UNFINISHED_LENGTH) } : { 'Transfer-Encoding': 'chunked' };
  const sent = unfinished === 'sized' ? body : `${body.length.toString(16)}\r\n${body}\r\n`;
  return `${requestBytes({ ...request, headers: { ...headers, ...framing } })}${sent}`;
};
