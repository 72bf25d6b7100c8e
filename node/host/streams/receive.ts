import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkHead, classifyRequest, type McpHead } from '../../core/classify-request.ts';
import { MAX_BYTES } from '../../core/json-bounds.ts';
import { callerId, type Message, parseMessages, SERVER_ERROR } from '../../core/json-rpc.ts';
import { sendError } from '../../http/json-rpc-error.ts';
import { readBody } from '../../http/read-body.ts';
import { headerValues } from '../../http/request-facts.ts';
import { nameSession } from '../../http/session-header.ts';
import { supportedVersions } from '../../mcp/protocol.ts';
import type { Exchange } from '../session-host.ts';
import { deliver, openStream } from './answer-session.ts';
import type { LiveSession, Posted } from './live-session.ts';
import { type Opening, type StartSessionOptions, startSession } from './start-session.ts';

const ALLOWED = { headers: { allow: 'GET, POST, DELETE, OPTIONS' } };

/** A POST without a session, before we check whether it opens one. */
export type Unplaced = Exchange & {
  readonly head: McpHead;
  readonly messages: readonly Message[];
  readonly bytes: Buffer;
  readonly batch: boolean;
};

/** If there is a server for requests that need no session: whether it has answered. */
export type WithoutSession = { readonly withoutSession?: (unplaced: Unplaced) => Promise<boolean> };

type Receive = (exchange: Exchange, session?: LiveSession) => Promise<void>;

/** Reads a request, decides what it wants and does it; without a session it can only open one. */
export const receive = (options: Omit<StartSessionOptions, 'answer'> & WithoutSession): Receive => {
  const { maxBodyBytes = MAX_BYTES } = options;
  const tooLarge = `Payload Too Large: the body exceeds ${maxBodyBytes} bytes`;
  const answer: Receive = async ({ req, res, principal, auth }, session) => {
    const head = headOf(req);
    const refused = checkHead(head);
    if (refused) return sendError(res, { ...refused, message: refused.why, ...(refused.status === 405 && ALLOWED) });
    const task = { ...options, answer, req, res, head, principal, auth, session };
    if (head.method !== 'POST') return carryOut({ ...task, posted: NOTHING });
    const body = await readBody(req, maxBodyBytes);
    if (body.kind === 'aborted') return void res.destroy();
    if (body.kind === 'too-large')
      return sendError(res, { status: 413, code: SERVER_ERROR, message: tooLarge, endAfter: body.over });
    const parsed = parseMessages(body.bytes);
    if (parsed.kind === 'bad') return sendError(res, { status: 400, code: parsed.code, message: parsed.why });
    const { bytes } = body;
    if (
      session === undefined &&
      (await options.withoutSession?.({ req, res, principal, auth, head, bytes, ...parsed }))
    )
      return;
    return carryOut({ ...task, posted: { ...parsed, bytes, auth } });
  };
  return answer;
};

const NOTHING: Posted = { messages: [], body: undefined, bytes: new Uint8Array() };

type Task = StartSessionOptions & {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly head: McpHead;
  readonly principal: Exchange['principal'];
  readonly auth: Exchange['auth'];
  readonly session: LiveSession | undefined;
  readonly posted: Posted;
};

const carryOut = async (task: Task): Promise<void> => {
  const { sessions, session, head, posted, principal, req, res, now } = task;
  const { messages } = posted;
  const decision = classifyRequest({ head, messages, session, supportedVersions });
  const id = callerId(messages);
  if (decision.kind === 'reject') return sendError(res, { ...decision, message: decision.why, id });
  if (decision.kind === 'open') return open(task);
  const held = session as LiveSession;
  // The session existed when the request began; the general path finds out how it ended.
  const missing = (): Promise<void> => task.sendMissing({ req, res, principal }, { id: held.id, caller: id });
  if (held.hasEnded) return missing();
  if (decision.kind === 'close') {
    await sessions.close(held.id, 'deleted');
    return void res.writeHead(200).end();
  }
  if (decision.kind === 'stream') return openStream({ session: held, req, res, now, missing });
  return deliver({ session: held, req, res, now, posted });
};

const open = async (task: Task): Promise<void> => {
  const { posted, req, res, now } = task;
  const { messages } = posted;
  let opening: Opening | undefined;
  // Without the answer the client does not know the session id, so nobody would ever use or close the session.
  res.once('close', () => {
    if (opening?.kind === 'opened' && !res.writableFinished) abandonUnheard(task, opening);
  });
  opening = await startSession(task, { ...task, message: messages[0] as Message });
  if (opening.kind === 'refused') {
    if (opening.noPlace && (await task.handOver?.(task, Buffer.from(posted.bytes)))) return;
    return sendError(res, { ...opening.error, id: callerId(messages) });
  }
  if (res.destroyed) return opening.abandon();
  const { session } = opening;
  nameSession(res, session.id);
  await deliver({ session, req, res, now, posted });
  if (!opening.isHeld()) await opening.abandon();
};

const abandonUnheard = ({ log }: Task, opening: Opening & { kind: 'opened' }): void => {
  opening.abandon().catch((err) => log.warn({ err }, 'closing a session failed whose client left before the answer'));
};

const headOf = (req: IncomingMessage): McpHead => ({
  method: req.method ?? '',
  accept: req.headers.accept ?? '',
  contentType: req.headers['content-type'] ?? '',
  protocolVersion: headerValues(req, 'mcp-protocol-version').join(', ') || undefined,
});
