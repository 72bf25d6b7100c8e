import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { TestContext } from 'node:test';

/** The pieces in which an answer arrives at a client that closes after it. */
export const piecesOf = async (
  t: TestContext,
  answer: (res: ServerResponse) => void,
  { method = 'GET', onPiece = (): void => undefined } = {},
): Promise<readonly string[]> => {
  const server = createServer((_, res) => answer(res));
  t.after(() => server.closeAllConnections());
  server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const seen: string[] = [];
  socket.on('data', (data) => {
    seen.push(data.toString());
    onPiece();
  });
  socket.write(`${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return seen;
};
