import type { Facts } from '../facts.ts';
import { isOk, type Reply } from '../reply.ts';
import type { Bench } from '../session.ts';

/** If sessions do not stick, DELETE must find the right node: of three in turn, within five tries. */
export const CLOSE_TRIES = 5;
const PATIENCE_MS = 5000;

/** Even after Ctrl-C: a session that nobody closes stays until the server's own limit. */
export const closeSessions = async ({ sessions }: Bench): Promise<Facts['sessions']> => {
  let closed = 0;
  let refused: Reply | undefined;
  for (const session of sessions) {
    let last: Reply | undefined;
    for (let i = 0; i < CLOSE_TRIES && !(last && isFinal(last)); i++)
      last = await session.ask({ method: 'DELETE', always: true, patienceMs: PATIENCE_MS });
    if (last !== undefined && isOk(last)) closed++;
    else refused = last;
  }
  return { opened: sessions.length, closed, refused };
};

const isFinal = (reply: Reply): boolean => isOk(reply) || (reply.kind === 'answered' && reply.status === 405);
