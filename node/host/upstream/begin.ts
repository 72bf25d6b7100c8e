import { parseSessionId } from '../../../shared/registry/session-id.ts';
import { isWithoutSessions, SEND_INITIALIZE } from '../../core/era.ts';
import { isOfTask } from '../../core/holder-of.ts';
import { BODY_BOUNDS, MAX_BYTES } from '../../core/json-bounds.ts';
import {
  callerId,
  INTERNAL_ERROR,
  type Message,
  type Parsed,
  parseMessages,
  SERVER_ERROR,
} from '../../core/json-rpc.ts';
import { valuesOf } from '../../core/upstream-head.ts';
import { sendError } from '../../http/json-rpc-error.ts';
import { headerValues } from '../../http/request-facts.ts';
import { nameSession } from '../../http/session-header.ts';
import type { Exchange } from '../session-host.ts';
import { ForeignSession, type ForeignSessionOptions } from './foreign-session.ts';
import { askServer, type Passing, passOn, sendEndpointAnswer, sendFailure } from './pass-on.ts';
import { RequestBody } from './request-body.ts';
import type { Answer } from './upstream-server.ts';
import type { Way } from './way.ts';
import { passWithoutSession } from './without-session.ts';

export type BeginOptions = Way & Pick<ForeignSessionOptions, 'answer' | 'leave'>;

/** A request without a session: initialize, or something that the server answers without one. */
export const beginAtServer =
  (options: BeginOptions) =>
  async ({ req, res, principal }: Exchange): Promise<void> => {
    const body = RequestBody.of(req, options.maxBodyBytes);
    const passing = { req, res, body, endpoint: true };
    if (req.method !== 'POST' || body === undefined) return passOn(options, passing);
    const bytes = await body.peek(MAX_BYTES).catch(() => 'left' as const);
    if (bytes === 'left') return void res.destroy();
    const parsed = bytes ? parseMessages(bytes) : undefined;
    const messages = parsed?.kind === 'messages' ? parsed.messages : [];
    const opening = messages.find(({ method }) => method === 'initialize');
    if (opening && bytes) return open(options, { ...passing, bytes, opening, principal, id: callerId(messages) });
    const version = headerValues(req, 'mcp-protocol-version')[0];
    if (!isWithoutSessions(version, messages)) return passOn(options, passing);
    if (options.era === 'sessions')
      return sendError(res, { status: 400, code: SERVER_ERROR, message: SEND_INITIALIZE, id: callerId(messages) });
    const [message] = messages;
    const asTask = isOfTask(headerValues(req, 'mcp-method')[0] ?? '');
    // With the node's name in it the server would say that there is no such task.
    if (messages.length === 0 && asTask) return refuseUnread(res, body, parsed);
    // A batch is refused by the server.
    if (!message || !bytes || parsed?.kind !== 'messages' || parsed.batch) return passOn(options, passing);
    return passWithoutSession(options, { ...passing, principal, bytes, message });
  };

const refuseUnread = (res: Exchange['res'], body: RequestBody, parsed: Parsed | undefined): void => {
  const { code, why } =
    parsed?.kind === 'bad'
      ? parsed
      : { code: SERVER_ERROR, why: `a request about a task is limited to ${BODY_BOUNDS}` };
  sendError(res, { status: parsed ? 400 : 413, code, message: why });
  body.discard();
};

type Opening = Passing & {
  readonly bytes: Buffer;
  readonly opening: Message;
  readonly principal: Exchange['principal'];
  readonly id: ReturnType<typeof callerId>;
};

const open = async (options: BeginOptions, asked: Opening): Promise<void> => {
  const { res, id, bytes } = asked;
  const place = options.admit();
  if (place.kind === 'refused') {
    if (await options.handOver?.(asked, bytes)) return;
    return sendError(res, { ...place.error, id });
  }
  let left = false;
  res.once('close', () => {
    left = !res.writableFinished;
  });
  try {
    const answer = await askServer(options, asked);
    const session = sessionOf(options, asked, answer);
    if (session === 'unusable') return refuseId(options, asked, answer);
    // A restarted server may reuse ids: the session that had this id before is gone.
    if (session) await options.sessions.close(session.id, 'forgotten');
    if (session) await options.sessions.add(session, clientOf(asked.opening));
    place.release();
    if (session) nameSession(res, session.id);
    const sent = await sendEndpointAnswer(options, asked, answer);
    if (sent && session) await session.hold(sent);
    else await sent?.ended;
    // Without the answer the client does not know the session id, so nobody would ever use or close the session.
    if (session && left) await options.sessions.close(session.id, 'abandoned');
  } catch (error) {
    await sendFailure(options, asked, error);
  } finally {
    place.release();
    asked.body?.discard();
  }
};

/** Only a 200 to initialize opens a session: some servers send a new id with refusals too. */
const sessionOf = (
  options: BeginOptions,
  { principal }: Opening,
  answer: Answer,
): ForeignSession | 'unusable' | undefined => {
  const [foreignId] = valuesOf(answer.headers, 'mcp-session-id');
  if (answer.status !== 200 || foreignId === undefined) return undefined;
  const id = parseSessionId(`${options.node}.${foreignId}`);
  if (id === null) return 'unusable';
  if (principal !== undefined) options.server.authenticates = true;
  const { now, wallClock, sessions } = options;
  return new ForeignSession({
    id,
    foreignId,
    principal,
    now,
    wallClock,
    answer: options.answer,
    leave: options.leave,
    onCallsChanged: (by) => sessions.countCall(by),
  });
};

const refuseId = (options: BeginOptions, { res, id }: Opening, answer: Answer): void => {
  answer.body.destroy();
  options.log.error('the server sent a session id that is longer than 1,024 characters, or not visible ASCII');
  sendError(res, { status: 500, code: INTERNAL_ERROR, message: 'Internal error: no session was opened', id });
};

const clientOf = ({ params }: Message): string => {
  const { clientInfo } = (params ?? {}) as {
    readonly clientInfo?: { readonly name?: unknown; readonly version?: unknown };
  };
  return clientInfo ? `${wordOf(clientInfo.name)}/${wordOf(clientInfo.version)}` : '';
};

/** The server checks this. Here it may be anything, even an object that cannot be converted to a string. */
const wordOf = (value: unknown): string => (typeof value === 'string' ? value : String(JSON.stringify(value)));
