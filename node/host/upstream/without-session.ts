import { bodyToServer, mayNameTask, messagesToClient } from '../../core/foreign-tasks.ts';
import { holderOf, isOfTask } from '../../core/holder-of.ts';
import { callerId, INVALID_PARAMS, type Message } from '../../core/json-rpc.ts';
import { whyGone } from '../../core/why-gone.ts';
import { sendError } from '../../http/json-rpc-error.ts';
import { headerValues } from '../../http/request-facts.ts';
import { nameState } from '../../http/session-header.ts';
import type { Exchange, OpenAnswer } from '../session-host.ts';
import { askServer, type Passing, sendEndpointAnswer, sendFailure } from './pass-on.ts';
import { renameAnswer } from './rename-answer.ts';
import type { Answer } from './upstream-server.ts';
import type { Way } from './way.ts';

type Asked = Passing & Pick<Exchange, 'principal'> & { readonly message: Message; readonly bytes: Buffer };

/** A request of the protocol without sessions, for a server that supports it. */
export const passWithoutSession = async (way: Way, asked: Asked): Promise<void> => {
  const { message, bytes, body } = asked;
  const { method = '' } = message;
  nameState(asked.res, message);
  const holder = holderOf(way.node, message);
  if (holder !== undefined && (await way.handOver?.(asked, bytes, holder))) return;
  if (holder !== undefined && isOfTask(method)) return refuseTask(way, asked, holder);
  // A stream of changes is not a call: a node that stops ends it without waiting.
  const isCall = method !== 'subscriptions/listen';
  if (isCall) way.sessions.countCall(1);
  try {
    const answer = await (mayNameTask(message) ? askRenamed(way, asked) : askServer(way, asked));
    const sent = await sendEndpointAnswer(way, asked, answer);
    await (isCall ? sent?.ended : sent && untilEnded(sent, way.stopping));
  } catch (error) {
    await sendFailure(way, asked, error);
  } finally {
    if (isCall) way.sessions.countCall(-1);
    body?.discard();
  }
};

const untilEnded = async ({ end, ended }: OpenAnswer, stopping: AbortSignal): Promise<void> => {
  const stop = (): void => end();
  stopping.addEventListener('abort', stop);
  if (stopping.aborted) stop();
  await ended.finally(() => stopping.removeEventListener('abort', stop));
};

const askRenamed = async ({ node, ...way }: Way, asked: Asked): Promise<Answer> => {
  const { message, bytes, res } = asked;
  const answer = await askServer(
    { ...way, node },
    {
      ...asked,
      renamed: { body: bodyToServer(node, message, bytes), ofTask: isOfTask(message.method ?? '') },
    },
  );
  // While we read the body, nothing else notices a disconnect.
  res.once('close', () => answer.body.destroy());
  return renameAnswer(answer, messagesToClient(node, message));
};

/** Its server would know nothing of it, or have another one with this id. */
const refuseTask = ({ node }: Way, { req, res, message }: Asked, owner: string): void => {
  const inHeader = headerValues(req, 'mcp-name').length > 0;
  const location = { kind: 'wrong-node', owner } as const;
  const { reason, sentence } = whyGone({ location, what: 'task', node, inHeader });
  sendError(res, {
    status: 200,
    code: INVALID_PARAMS,
    message: `Task not found (${sentence})`,
    id: callerId([message]),
    data: { reason },
  });
};
