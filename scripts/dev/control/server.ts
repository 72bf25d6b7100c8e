import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { readLines } from '../../../shared/lines.ts';
import type { Outcome } from '../actions.ts';

export type Call = { readonly action: string; readonly args: readonly string[] };
export type Reply = ({ readonly ok: true } & Outcome) | { readonly ok: false; readonly error: string };

type Options = { readonly path: string; readonly perform: (call: Call) => Promise<Outcome> };

/** Room for an action and the name of a node. */
const LONGEST_CALL = 64 * 1024;

/** One call per line, one reply per line. */
export const serveControl = async ({ path, perform }: Options): Promise<{ close(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The client is gone, so the reply is dropped.
    socket.on('error', () => socket.destroy());
    const send = (reply: Reply): boolean => socket.writable && socket.write(`${JSON.stringify(reply)}\n`);
    readLines(socket, {
      longest: LONGEST_CALL,
      onLine: ({ text, whole }) => {
        if (whole) return void answer(text, perform).then(send);
        send({ ok: false, error: `a call is one line of at most ${LONGEST_CALL} characters` });
        socket.destroySoon();
      },
    });
  });
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return {
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroySoon();
      await rm(path, { force: true });
    },
  };
};

const answer = async (line: string, perform: Options['perform']): Promise<Reply> => {
  try {
    return { ok: true, ...(await perform(JSON.parse(line) as Call)) };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
};
