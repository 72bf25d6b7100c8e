import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A faulty connection between the registry and Redis. Its behaviour can change while connections are open. */
export type BadLine = {
  readonly url: string;
  /** Where new connections lead: like a host name that now resolves to another machine. */
  port: number;
  delayMs: number;
  /** Bytes that are sent on at once. */
  slice: number;
  /** Commands arrive, replies do not; permanent for the connections that are open meanwhile. */
  muted: boolean;
};

/** Ends the wait: a test, or anything else with a signal. */
type Owner = { after(end: () => void): void };

export const badLine = async (owner: Owner, port: number): Promise<BadLine> => {
  const sockets = new Set<Socket>();
  const line = { port, delayMs: 0, slice: Number.POSITIVE_INFINITY, muted: false };
  const server = createServer((client) => {
    const redis = connect(line.port, '127.0.0.1');
    carry({ from: client, to: redis, line, lost: () => false });
    let deaf = false;
    // Dropping single replies would be no real network fault: the others would be matched to the wrong commands.
    const lost = () => (deaf ||= line.muted);
    carry({ from: redis, to: client, line, lost });
    for (const socket of [client, redis]) sockets.add(socket);
  });
  server.listen(0, '127.0.0.1');
  owner.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  return Object.assign(line, { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}` });
};

type Way = {
  readonly from: Socket;
  readonly to: Socket;
  readonly line: { delayMs: number; slice: number };
  readonly lost: () => boolean;
};

const carry = ({ from, to, line, lost }: Way): void => {
  let sent: Promise<unknown> = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    const { delayMs, slice } = line;
    const arrives = wait(delayMs);
    sent = sent.then(async () => {
      await arrives;
      for (let at = 0; at < chunk.length && !lost(); at += slice) {
        to.write(chunk.subarray(at, at + slice));
        if (slice < chunk.length) await new Promise(setImmediate);
      }
    });
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
};
