import type { IncomingMessage, ServerResponse } from 'node:http';
import { callerId, parseMessages, type RequestId } from '../../core/json-rpc.ts';
import { headersToClient, headersToServer } from '../../core/upstream-head.ts';
import { sendError } from '../../http/json-rpc-error.ts';
import type { OpenAnswer } from '../session-host.ts';
import { relay } from './relay.ts';
import { BodyTooLarge, MAX_BODY_BYTES, RequestBody } from './request-body.ts';
import { type Answer, codeOf, isRefused } from './upstream-server.ts';
import type { Way } from './way.ts';

export type Passing = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The session's id at the server. */
  readonly session?: string | undefined;
  /** To the MCP endpoint, wherever the server has it; else to the path that was asked for. */
  readonly endpoint?: boolean;
  readonly body?: RequestBody | undefined;
  /** Aborted when nobody waits for the answer any more, besides by the client's leaving. */
  readonly over?: AbortSignal | undefined;
};

/** Asks the server as the client asked us. When the client leaves, so do we. */
export const askServer = async (way: Way, passing: Passing): Promise<Answer> => {
  const { req, res, session, body = RequestBody.of(req), over } = passing;
  const left = new AbortController();
  const leave = (): void => left.abort();
  res.once('close', leave);
  over?.addEventListener('abort', leave);
  if (over?.aborted) leave();
  try {
    return await way.server.ask({
      method: req.method ?? 'GET',
      path: pathOf(way, passing),
      headers: headersToServer(req.rawHeaders, { host: way.passHostHeader ? undefined : way.url.host, session }),
      body,
      signal: left.signal,
    });
  } finally {
    res.off('close', leave);
    over?.removeEventListener('abort', leave);
  }
};

const pathOf = ({ url }: Way, { req, endpoint }: Passing): string => {
  const asked = req.url ?? '/';
  const query = asked.indexOf('?');
  return endpoint ? `${url.pathname}${query < 0 ? '' : asked.slice(query)}` : asked;
};

export const sendAnswer = (way: Way, { req, res }: Pick<Passing, 'req' | 'res'>, answer: Answer): OpenAnswer => {
  const origin = way.passHostHeader ? undefined : way.url.origin;
  const headers = headersToClient(answer.headers, { node: way.node, origin });
  return relay({ answer, res, headers, holdHead: req.method === 'POST', headWaitsMs: way.headWaitsMs });
};

/** A request that has nothing to do with sessions. */
export const passOn = async (way: Way, passing: Passing): Promise<void> => {
  if (!passing.req.url?.startsWith('/'))
    return sendError(passing.res, { status: 400, code: -32000, message: 'Bad Request: the target is no path' });
  try {
    const answer = await askServer(way, passing);
    const sent = passing.endpoint ? sendEndpointAnswer(way, passing, answer) : sendAnswer(way, passing, answer);
    await sent?.ended;
  } catch (error) {
    sendFailure(way, passing, error);
  }
};

/** To a balancer these mean that this node is not there; it is, and only its server says so. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

export const sendEndpointAnswer = (way: Way, passing: Passing, answer: Answer): OpenAnswer | undefined => {
  const { status } = answer;
  if (!GATEWAY_STATUSES.has(status)) return sendAnswer(way, passing, answer);
  answer.body.destroy();
  const message = `Internal error: the server behind this node answered ${status}`;
  sendError(passing.res, {
    status: 500,
    code: -32603,
    message,
    id: callerOf(passing),
    data: { node: way.node, status },
  });
  return undefined;
};

const RETRY = { headers: { 'retry-after': '2' } };

/** No answer came from the server. */
export const sendFailure = (way: Way, passing: Passing, error: unknown): void => {
  const { res, over } = passing;
  const id = callerOf(passing);
  if (res.destroyed || res.headersSent) return void res.destroy();
  if (over?.aborted)
    return sendError(res, { status: 404, code: -32001, message: 'Session not found: it has just ended', id });
  if (error instanceof BodyTooLarge) {
    const message = `Payload Too Large: the body exceeds ${MAX_BODY_BYTES} bytes`;
    return sendError(res, { status: 413, code: -32000, message, headers: { connection: 'close' } });
  }
  const code = codeOf(error);
  way.log.warn({ code, err: error }, 'the server behind this node did not answer');
  const data = { node: way.node, code };
  if (isRefused(error))
    return sendError(res, {
      status: 503,
      code: -32000,
      message: 'the server behind this node is not there',
      id,
      data,
      ...RETRY,
    });
  sendError(res, {
    status: 500,
    code: -32603,
    message: 'Internal error: the server behind this node broke off',
    id,
    data,
  });
};

/** Of a body that has gone through; null when it was large, or is none of JSON-RPC. */
export const callerOf = ({ body }: Passing): RequestId | null => {
  const parsed = body?.copy && parseMessages(body.copy);
  return parsed?.kind === 'messages' ? callerId(parsed.messages) : null;
};
