import { once } from 'node:events';
import net from 'node:net';

// Below the range of ephemeral ports, so that no outgoing connection takes a port between the check and its use.
const LOWEST = 12_000;
const COUNT = 18_000;
const taken = new Set<number>();

/** For programs that must know their ports before they start; everything else asks for port 0. */
export const freePorts = async (count: number): Promise<number[]> => {
  const found: number[] = [];
  while (found.length < count) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    found.push(port);
  }
  return found;
};

const isFree = async (port: number): Promise<boolean> => {
  const server = net.createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

/** Reserves a port that is known long before it is used. Rejects if it is already taken. */
export const holdPort = async (port: number): Promise<() => Promise<void>> => {
  const server = net.createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return async () => {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
};
