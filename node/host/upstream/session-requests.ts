import { randomUUID } from 'node:crypto';
import { repeated } from '../../core/classify-request.ts';
import { MAX_BYTES } from '../../core/json-bounds.ts';
import { isRequest, parseMessages } from '../../core/json-rpc.ts';
import { headersOnBehalf, headersToServer } from '../../core/upstream-head.ts';
import { sendError } from '../../http/json-rpc-error.ts';
import type { Exchange } from '../session-host.ts';
import type { ForeignSession } from './foreign-session.ts';
import { askServer, callerOf, type Passing, sendEndpointAnswer, sendFailure } from './pass-on.ts';
import { RequestBody } from './request-body.ts';
import { type Answer, isRefused } from './upstream-server.ts';
import type { Way } from './way.ts';

/** A request of a session that this node holds. */
export const answerSession =
  (way: Way) =>
  async ({ req, res, principal }: Exchange, session: ForeignSession): Promise<void> => {
    const body = RequestBody.of(req, way.maxBodyBytes);
    const passing = { req, res, session: session.foreignId, endpoint: true, body, over: session.ended };
    if (way.handOver && (await isRepeated(body, session))) {
      body?.discard();
      return sendError(res, { ...repeated, message: repeated.why, id: await callerOf(passing) });
    }
    const endCall = req.method === 'POST' ? session.beginCall() : undefined;
    const missing = async (gone: boolean) =>
      way.sendMissing({ req, res, principal }, { id: session.id, caller: await callerOf(passing), gone });
    try {
      const answer = await askServer(way, passing);
      if (MAY_MEAN_GONE.has(answer.status) && (await hasForgotten(way, passing))) {
        answer.body.destroy();
        await way.sessions.close(session.id, 'forgotten');
        return await missing(false);
      }
      const open = await sendEndpointAnswer(way, passing, answer);
      if (open) await session.hold(open);
      if (req.method === 'DELETE' && answer.status < 300) await way.sessions.close(session.id, 'deleted');
    } catch (error) {
      if (isRefused(error)) return await missing(true);
      await sendFailure(way, passing, error);
    } finally {
      endCall?.();
      body?.discard();
    }
  };

/** A body that is too large to inspect is passed on without a look. */
const isRepeated = async (body: RequestBody | undefined, { seen }: ForeignSession): Promise<boolean> => {
  const bytes = await body?.peek(MAX_BYTES).catch(() => undefined);
  const parsed = bytes && parseMessages(bytes);
  const ids = parsed?.kind === 'messages' ? parsed.messages.filter(isRequest).map(({ id }) => id) : [];
  if (ids.some((id) => seen.has(id))) return true;
  for (const id of ids) seen.add(id);
  return false;
};

/** The protocol says 404. Servers also send 400, and both for other reasons too. */
const MAY_MEAN_GONE: ReadonlySet<number> = new Set([400, 404]);
const PING_MS = 5000;

/** Checked with a request that a live session cannot refuse. */
const hasForgotten = async (way: Way, { req, session }: Passing): Promise<boolean> => {
  const answer = await pingAs(way, req, session).catch(() => undefined);
  answer?.body.destroy();
  return answer !== undefined && MAY_MEAN_GONE.has(answer.status);
};

/** With everything the client sent to identify itself. */
const pingAs = (way: Way, req: Exchange['req'], session: string | undefined): Promise<Answer> => {
  const headers = headersOnBehalf(headersToServer(req.rawHeaders, { host: way.host, session }));
  return way.server.ask({
    method: 'POST',
    path: way.url.pathname,
    headers: [...headers, 'accept', 'application/json, text/event-stream', 'content-type', 'application/json'],
    body: JSON.stringify({ jsonrpc: '2.0', id: `mooring-${randomUUID()}`, method: 'ping' }),
    signal: AbortSignal.timeout(PING_MS),
  });
};

/**
 * Whether a server that authenticates refuses the credentials of a caller whose session is not here; its answer is then
 * sent. We ask with an id that nobody has, so as not to touch the real session, which may be somebody else's.
 */
export const refuseCaller =
  (way: Way) =>
  async ({ req, res }: Exchange): Promise<boolean> => {
    if (!way.server.authenticates) return false;
    const answer = await pingAs(way, req, randomUUID()).catch(() => undefined);
    if (answer?.status !== 401) answer?.body.destroy();
    if (answer?.status !== 401) return false;
    await (await sendEndpointAnswer(way, { req, res, endpoint: true }, answer))?.ended;
    return true;
  };

const LEAVE_MS = 2000;

/** A node that stops may have thousands of sessions to close; those not sent in time are skipped. */
const LEAVING_AT_ONCE = 32;

/** Closes a session at the server. Without the client's credentials, so the server may refuse. */
export const leaveSession = (way: Way): ((foreignId: string) => Promise<void>) => {
  const turn = inTurn(LEAVING_AT_ONCE);
  return (foreignId) => {
    const signal = AbortSignal.timeout(LEAVE_MS);
    return turn(async () => {
      if (signal.aborted) return;
      try {
        const answer = await way.server.ask({
          method: 'DELETE',
          path: way.url.pathname,
          headers: ['host', way.host ?? way.url.host, 'mcp-session-id', foreignId],
          signal,
        });
        answer.body.destroy();
      } catch (error) {
        way.log.debug({ err: error }, 'could not tell the server that a session has ended');
      }
    });
  };
};

const inTurn = (most: number) => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work: () => Promise<void>): Promise<void> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    await work();
    running--;
    waiting.shift()?.();
  };
};
