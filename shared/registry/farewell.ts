import type { Heartbeat } from './heartbeat.ts';
import type { Ledger } from './ledger.ts';
import { sessionKey } from './records.ts';
import type { RedisLink } from './redis.ts';

/** How long the record of a session is kept after its node stopped, to tell its client why. */
const TRACE_SECONDS = 3600;
/** Large, because a leaving node has little time and the connection may be slow. */
const BATCH = 1000;

type Leaving = { readonly link: RedisLink; readonly ledger: Ledger; readonly heartbeat: Heartbeat };

/** What a node does at a clean stop. If something fails here, the boot ids still show later what happened. */
export const leave = async ({ link, ledger, heartbeat }: Leaving): Promise<void> => {
  if (link.phase() === 'ready') {
    // First, so that others know even if the rest takes long.
    await heartbeat.end();
    await sendAll(link, [...pendingDeletes(ledger), ...traces(ledger)]);
  }
  await link.quit();
};

type Command = [string, ...(string | number)[]];

const pendingDeletes = (ledger: Ledger): Command[] => {
  const deletes: Command[] = [];
  for (let change = ledger.take(); change?.kind === 'delete'; change = ledger.take())
    deletes.push(['DEL', sessionKey(change.id)]);
  return deletes;
};

const traces = (ledger: Ledger): Command[] => ledger.liveIds().map((id) => ['EXPIRE', sessionKey(id), TRACE_SECONDS]);

const sendAll = async (link: RedisLink, commands: readonly Command[]): Promise<void> => {
  for (let from = 0; from < commands.length; from += BATCH) {
    const replies = await Promise.all(commands.slice(from, from + BATCH).map((command) => link.call(...command)));
    if (replies.some((reply) => !reply.ok)) return;
  }
};
