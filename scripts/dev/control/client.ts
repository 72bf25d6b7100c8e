import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Call, Reply } from './server.ts';

/** Rejects when nobody answers at that path. */
export const callControl = async (path: string, call: Call): Promise<Reply> => {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(call)}\n`);
    const lines = createInterface({ input: socket });
    const gone = once(socket, 'close').then((): never => {
      throw new Error('the cluster ended before it answered');
    });
    const [line] = (await Promise.race([once(lines, 'line'), gone])) as [string];
    return JSON.parse(line) as Reply;
  } finally {
    socket.destroy();
  }
};
