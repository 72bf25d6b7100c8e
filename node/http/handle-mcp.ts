import type { IncomingMessage, ServerResponse } from 'node:http';
import { beginningOf, parseSessionId } from '../../shared/registry/session-id.ts';
import { checkHead, classifyRequest, type McpHead } from '../core/classify-request.ts';
import { MAX_BYTES } from '../core/json-bounds.ts';
import { callerId, type Message, parseMessages } from '../core/json-rpc.ts';
import { supportedVersions } from '../mcp/protocol.ts';
import type { LiveSession } from '../sessions/live-session.ts';
import type { ExplainMissing } from '../sessions/missing-session.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import { deliver, openStream } from './answer-session.ts';
import { sendError } from './json-rpc-error.ts';
import { readBody } from './read-body.ts';
import { headerValues, readCookie } from './request-facts.ts';
import type { Opening } from './start-session.ts';

/** Tells in an access log whose request it was, without the id that a reader could use. */
const SESSION_HEADER = 'x-mooring-session';

const TOO_LARGE = `Payload Too Large: the body exceeds ${MAX_BYTES} bytes`;
const ALLOWED = { headers: { allow: 'GET, POST, DELETE, OPTIONS' } };

export type McpOptions = {
  readonly table: SessionTable;
  readonly startSession: (message: Message) => Promise<Opening>;
  readonly explainMissing: ExplainMissing;
  readonly cookieName: string;
  readonly now: () => number;
};

/** The one place where a request to /mcp meets its session, or learns why it has none. */
export const handleMcp =
  (options: McpOptions) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const head = headOf(req);
    const refused = checkHead(head);
    if (refused) return sendError(res, { ...refused, message: refused.why, ...(refused.status === 405 && ALLOWED) });
    if (head.method !== 'POST') return carryOut({ ...options, req, res, head, messages: [], body: undefined });
    const body = await readBody(req, MAX_BYTES);
    if (body.kind === 'aborted') return void res.destroy();
    if (body.kind === 'too-large')
      return sendError(res, { status: 413, code: -32000, message: TOO_LARGE, endAfter: body.over });
    const parsed = parseMessages(body.bytes);
    if (parsed.kind === 'bad') return sendError(res, { status: 400, code: parsed.code, message: parsed.why });
    return carryOut({ ...options, req, res, head, messages: parsed.messages, body: parsed.body });
  };

type Task = McpOptions & {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly head: McpHead;
  readonly messages: readonly Message[];
  readonly body: unknown;
};

const carryOut = async (task: Task): Promise<void> => {
  const { table, head, messages, req, res, now } = task;
  const session = table.find(head.sessionIds[0] ?? '');
  const asked = session?.id ?? parseSessionId(head.sessionIds[0] ?? '');
  if (asked !== null) res.setHeader(SESSION_HEADER, beginningOf(asked));
  const decision = classifyRequest({
    head,
    messages,
    holds: (id) => session?.id === id,
    inFlight: (_, request) => session?.inFlight(request) ?? false,
    supportedVersions,
  });
  const id = callerId(messages);
  if (decision.kind === 'reject') return sendError(res, { ...decision, message: decision.why, id });
  if (decision.kind === 'absent') return sendAbsence(task, decision.id);
  if (decision.kind === 'open') return open(task);
  const held = session as LiveSession;
  table.touch(held);
  if (decision.kind === 'close') {
    await table.close(held.id, 'deleted');
    return void res.writeHead(200).end();
  }
  if (decision.kind === 'stream') return openStream({ session: held, req, res, now });
  return deliver({ session: held, req, res, now, messages, body: task.body });
};

const open = async (task: Task): Promise<void> => {
  const { messages, req, res, now } = task;
  const message = messages[0] as Message;
  const id = callerId(messages);
  let left = false;
  res.once('close', () => {
    left = !res.writableFinished;
  });
  const opening = await task.startSession(message);
  if (opening.kind === 'refused') return sendError(res, { ...opening.error, id });
  const { session } = opening;
  res.setHeader(SESSION_HEADER, beginningOf(session.id));
  await deliver({ session, req, res, now, messages, body: task.body });
  // Without the answer the client does not know its session's id, so nobody would ever use or close it.
  if (left || res.statusCode !== 200) await opening.abandon();
};

const sendAbsence = async (task: Task, session: string): Promise<void> => {
  const data = await task.explainMissing(session, readCookie(task.req, task.cookieName));
  const message = `Session not found (${data.reason}). ${data.remedy}`;
  sendError(task.res, { status: 404, code: -32001, message, id: callerId(task.messages), data });
};

const headOf = (req: IncomingMessage): McpHead => ({
  method: req.method ?? '',
  sessionIds: headerValues(req, 'mcp-session-id').filter((value) => value !== ''),
  accept: req.headers.accept ?? '',
  contentType: req.headers['content-type'] ?? '',
  protocolVersion: headerValues(req, 'mcp-protocol-version').join(', ') || undefined,
});
