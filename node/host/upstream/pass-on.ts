import type { IncomingMessage, ServerResponse } from 'node:http';
import { INTERNAL_ERROR, type RequestId, SERVER_ERROR, SESSION_NOT_FOUND } from '../../core/json-rpc.ts';
import { headersToClient, headersToServer, valuesOf } from '../../core/upstream-head.ts';
import { type JsonRpcError, sendError } from '../../http/json-rpc-error.ts';
import type { OpenAnswer } from '../session-host.ts';
import { relay } from './relay.ts';
import { BodyTooLarge, RequestBody } from './request-body.ts';
import { type Answer, codeOf, isRefused } from './upstream-server.ts';
import type { Way } from './way.ts';

export type Passing = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The session's id at the server. */
  readonly session?: string | undefined;
  /** To the server's MCP endpoint; otherwise to the requested path. */
  readonly endpoint?: boolean;
  /** On other paths: closes the session at the server. */
  readonly leave?: (foreignId: string) => Promise<void>;
  readonly body?: RequestBody | undefined;
  /** To send in place of `body`. */
  readonly renamed?: { readonly body: Buffer; readonly ofTask: boolean } | undefined;
  /** Aborted when the answer is no longer needed for another reason than that the client left. */
  readonly over?: AbortSignal | undefined;
};

/** Forwards the client's request to the server, and aborts it when the client leaves. */
export const askServer = async (way: Way, passing: Passing): Promise<Answer> => {
  const { req, res, session, body, renamed, over } = passing;
  const left = new AbortController();
  const leave = (): void => left.abort();
  res.once('close', leave);
  over?.addEventListener('abort', leave);
  if (over?.aborted || res.destroyed) leave();
  try {
    return await way.server.ask({
      method: req.method ?? 'GET',
      path: pathOf(way, passing),
      headers: headersToServer(req.rawHeaders, {
        host: way.host,
        session,
        renamed: renamed && { node: renamed.ofTask ? way.node : undefined, length: renamed.body.length },
      }),
      body: renamed?.body ?? body,
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

const sendAnswer = (way: Way, { req, res, endpoint }: Passing, answer: Answer): OpenAnswer => {
  const origin = way.host && `${way.url.protocol}//${way.host}`;
  const headers = headersToClient(answer.headers, { node: endpoint ? way.node : undefined, origin });
  return relay({ answer, res, headers, holdHead: req.method === 'POST', headWaitsMs: way.headWaitsMs });
};

/** A request that has nothing to do with sessions. */
export const passOn = async (way: Way, given: Passing): Promise<void> => {
  const passing = { ...given, body: given.body ?? RequestBody.of(given.req, way.maxBodyBytes) };
  if (!passing.req.url?.startsWith('/'))
    return sendError(passing.res, {
      status: 400,
      code: SERVER_ERROR,
      message: 'Bad Request: the target is not a path',
    });
  try {
    const answer = await askServer(way, passing);
    const sent = await (passing.endpoint ? sendEndpointAnswer : sendOtherAnswer)(way, passing, answer);
    await sent?.ended;
  } catch (error) {
    await sendFailure(way, passing, error);
  } finally {
    passing.body?.discard();
  }
};

/**
 * A server may also accept `/x/../mcp` or `/MCP` as its endpoint. A session that began there would be in no table: not
 * counted, and not found.
 */
const sendOtherAnswer = async (way: Way, passing: Passing, answer: Answer): Promise<OpenAnswer | undefined> => {
  const [foreignId] = valuesOf(answer.headers, 'mcp-session-id');
  if (answer.status !== 200 || foreignId === undefined) return sendAnswer(way, passing, answer);
  answer.body.destroy();
  const message = 'Not Found: a session can only be opened at the MCP endpoint of this node';
  sendError(passing.res, { status: 404, code: SERVER_ERROR, message, id: await callerOf(passing) });
  await passing.leave?.(foreignId);
  return undefined;
};

/** A balancer would conclude from these that this node is down; but they come from its server. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

export const sendEndpointAnswer = async (
  way: Way,
  passing: Passing,
  answer: Answer,
): Promise<OpenAnswer | undefined> => {
  const { status } = answer;
  if (!GATEWAY_STATUSES.has(status)) return sendAnswer(way, passing, answer);
  answer.body.destroy();
  const message = `Internal error: the server behind this node answered ${status}`;
  sendError(passing.res, {
    status: 500,
    code: INTERNAL_ERROR,
    message,
    id: await callerOf(passing),
    data: { node: way.node, status },
  });
  return undefined;
};

/** No answer came from the server. */
export const sendFailure = async (way: Way, passing: Passing, error: unknown): Promise<void> => {
  const { res, over } = passing;
  if (res.destroyed || res.headersSent) return void res.destroy();
  const failure = over?.aborted ? ENDED : failureOf(error, way.node);
  if (failure.status >= 500) way.log.warn({ err: error }, 'the server behind this node did not answer');
  // Does not wait for the rest of a body that is too large.
  sendError(res, { ...failure, id: failure.status === 413 ? null : await callerOf(passing) });
};

const ENDED = { status: 404, code: SESSION_NOT_FOUND, message: 'Session not found: it has just ended' };

const failureOf = (error: unknown, node: string): JsonRpcError => {
  if (error instanceof BodyTooLarge) {
    const { message } = error;
    return { status: 413, code: SERVER_ERROR, message, headers: { connection: 'close' } };
  }
  const data = { node, code: codeOf(error) };
  if (!isRefused(error))
    return {
      status: 500,
      code: INTERNAL_ERROR,
      message: 'Internal error: the server behind this node closed the connection',
      data,
    };
  const headers = { 'retry-after': '2' };
  return { status: 503, code: SERVER_ERROR, message: 'the server behind this node cannot be reached', data, headers };
};

export const callerOf = async ({ body }: Passing): Promise<RequestId | null> => (await body?.caller()) ?? null;
