import { once } from 'node:events';
import net from 'node:net';

// Below the range of ephemeral ports, so that no outgoing connection takes a port between the check and its use.
const LOWEST = 12_000;
const BLOCK = 100;
const BLOCKS = 180;
const claimed: number[] = [];

/** For programs that must know their ports before they start; everything else asks for port 0. */
export const freePorts = async (count: number): Promise<number[]> => {
  const found: number[] = [];
  while (found.length < count) {
    const port = claimed.shift();
    if (port === undefined) claimed.push(...(await claimBlock()));
    else if (await isFree(port)) found.push(port);
  }
  return found;
};

/**
 * A process claims a block of ports by listening on the block's first port until it exits. So two processes
 * that choose ports at the same time never choose the same one, however late each uses its own.
 */
const claimBlock = async (): Promise<number[]> => {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const first = LOWEST + ((start + i) % BLOCKS) * BLOCK;
    const server = await listenOn(first).catch(() => undefined);
    if (server === undefined) continue;
    server.unref();
    return Array.from({ length: BLOCK - 1 }, (_, port) => first + 1 + port);
  }
  throw new Error(`no free ports on 127.0.0.1 between ${LOWEST} and ${LOWEST + BLOCKS * BLOCK - 1}`);
};

const isFree = async (port: number): Promise<boolean> => {
  const server = await listenOn(port).catch(() => undefined);
  server?.close();
  return server !== undefined;
};

const listenOn = async (port: number): Promise<net.Server> => {
  const server = net.createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** Reserves a port that is known long before it is used. Rejects if it is already taken. */
export const holdPort = async (port: number): Promise<() => Promise<void>> => {
  const server = await listenOn(port);
  return async () => {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
};
