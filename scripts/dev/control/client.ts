import { once } from 'node:events';
import { connect } from 'node:net';
import { type Line, readLines } from '../../../shared/lines.ts';
import type { Call, Reply } from './server.ts';

/** Enough for a long list of sessions. */
const LONGEST_REPLY = 64 * 1024 * 1024;

/** Rejects when nothing answers at that path. */
export const callControl = async (path: string, call: Call): Promise<Reply> => {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(call)}\n`);
    const line = new Promise<Line>((resolve) => readLines(socket, { longest: LONGEST_REPLY, onLine: resolve }));
    const gone = once(socket, 'close').then((): never => {
      throw new Error('the cluster ended before it answered');
    });
    const { text, whole } = await Promise.race([line, gone]);
    if (!whole) throw new Error("the cluster's answer is too long");
    return JSON.parse(text) as Reply;
  } finally {
    socket.destroy();
  }
};
