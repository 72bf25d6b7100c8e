import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { isRequest, type Message, type RequestId, SERVER_ERROR } from '../../core/json-rpc.ts';
import { sendError } from '../../http/json-rpc-error.ts';
import { webRequest } from '../../http/request-facts.ts';
import { PRIMING_SINCE, RETRY_MS } from '../../mcp/protocol.ts';
import { eventText, GET_STREAM } from './event-store.ts';
import type { Call, LiveSession, McpEnd, Posted } from './live-session.ts';
import { relayAnswer } from './relay-answer.ts';

type Task = {
  readonly session: LiveSession;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly now: () => number;
};

/** A client may reconnect before we notice that its old connection is gone. */
const RECONNECT_PATIENCE_MS = 250;

const requestOf = ({ session, req }: Task, extra: Readonly<Record<string, string>> = {}): Request =>
  webRequest(req, { 'mcp-protocol-version': session.protocol, ...extra });

/** Hands a POST to the session's server and sends what it answers. */
export const deliver = async (task: Task & { readonly posted: Posted }): Promise<void> => {
  const { session, posted } = task;
  const { messages } = posted;
  const call = session.beginCall(messages.filter(isRequest).map(({ id }) => id));
  session.events.takePrimed();
  const answering = (session.mcp as McpEnd).handle(requestOf(task), posted);
  // The SDK primes the stream of this POST before it first waits for anything.
  const stream = session.events.takePrimed();
  if (call && stream !== undefined) call.stream = stream;
  const answer = await answering;
  if (call && answer.status !== 200) session.dropCall(call);
  const sent = relay(task, { answer, ...(call && { call }), ...(stream !== undefined && { stream }) });
  for (const request of cancelledBy(messages)) session.cancel(request);
  await sent;
};

/** The GET stream, or the rest of a stream that the client lost. */
export const openStream = async (task: Task & { readonly missing: () => Promise<void> }): Promise<void> => {
  const { session, req, res } = task;
  const { buffer } = session.events;
  const lastEvent = req.headers['last-event-id'] as string | undefined;
  const stream = lastEvent ? buffer.streamOf(lastEvent) : GET_STREAM;
  if (stream === undefined)
    return sendError(res, {
      status: 400,
      code: SERVER_ERROR,
      message: 'no stream can be resumed from this Last-Event-ID',
    });
  const carrier = session.carrierOf(stream);
  if (carrier) await Promise.race([carrier.ended, wait(RECONNECT_PATIENCE_MS, undefined, { ref: false })]);
  if (session.carrierOf(stream))
    return sendError(res, {
      status: 409,
      code: SERVER_ERROR,
      message: 'Conflict: this stream is already open; only one is allowed',
    });
  if (session.hasEnded) return task.missing();
  const from = lastEvent || session.events.resumeGetFrom;
  const answer = await (session.mcp as McpEnd).handle(requestOf(task, { 'last-event-id': from }));
  if (answer.status === 200 && buffer.isFinished(stream)) return sendRest(task, answer, from);
  const primes = !lastEvent && session.protocol >= PRIMING_SINCE;
  await relay(task, { answer, stream, ...(primes && { opening: `id: ${from}\nretry: ${RETRY_MS}\ndata: \n\n` }) });
};

/** The SDK would keep the stream of a finished call open forever. */
const sendRest = async ({ session, res }: Task, answer: Response, from: string): Promise<void> => {
  await answer.body?.cancel();
  const events = session.events.buffer.after(from)?.events ?? [];
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' });
  res.end(events.map(eventText).join(''));
};

type Relay = {
  readonly answer: Response;
  readonly stream?: string;
  readonly call?: Call;
  readonly opening?: string;
};

const relay = async ({ session, res, now }: Task, { answer, stream, call, opening }: Relay): Promise<void> => {
  const open = relayAnswer(answer, res, { opening });
  if (call) call.answer = open;
  if (call?.cancelled) open.end();
  session.hold(open, stream);
  await open.ended;
  session.release(open, stream, now());
};

export const cancelledBy = (messages: readonly Message[]): RequestId[] =>
  messages
    .filter(({ method }) => method === 'notifications/cancelled')
    .map(({ params }) => (params as { requestId?: RequestId } | undefined)?.requestId)
    .filter((request) => request !== undefined);
