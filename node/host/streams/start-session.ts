import { randomBytes, randomUUID } from 'node:crypto';
import { newSessionId } from '../../../shared/registry/session-id.ts';
import { EventBuffer, type EventLimits } from '../../core/event-buffer.ts';
import { INTERNAL_ERROR, INVALID_PARAMS, type Message } from '../../core/json-rpc.ts';
import { SeenIds } from '../../core/seen-ids.ts';
import type { JsonRpcError } from '../../http/json-rpc-error.ts';
import { introductionOf } from '../../mcp/protocol.ts';
import type { CloseReason, Exchange, HeldSessions, HostParts, Principal } from '../session-host.ts';
import { LiveSession, type McpEnd } from './live-session.ts';

/** `noPlace`: another node may have one. */
type Refused = { readonly kind: 'refused'; readonly error: JsonRpcError; readonly noPlace?: true };

export type Opening =
  | Refused
  | {
      readonly kind: 'opened';
      readonly session: LiveSession;
      /** Whether initialize was accepted and the session is in the table. */
      isHeld(): boolean;
      abandon(): Promise<void>;
    };

export type Connecting = {
  readonly session: LiveSession;
  /** `name/version`. */
  readonly client: string;
  /** That the session begins with. */
  readonly exchange: Exchange;
  readonly onInitialized: () => Promise<void>;
  readonly onClosed: (why?: CloseReason) => Promise<void>;
};

/** The other end of a session's streams, made for this session only. */
export type Connect = (
  connecting: Connecting,
) => Promise<Refused | { readonly kind: 'connected'; readonly mcp: McpEnd }>;

export type StartSessionOptions = HostParts & {
  readonly connect: Connect;
  readonly eventLimits: EventLimits;
  /** Any later request of the session. */
  readonly answer: (exchange: Exchange, session: LiveSession) => Promise<void>;
};

type Asked = Exchange & { readonly message: Message };

export const startSession = async (options: StartSessionOptions, asked: Asked): Promise<Opening> => {
  const introduction = introductionOf(asked.message);
  if (!introduction)
    return { kind: 'refused', error: { status: 400, code: INVALID_PARAMS, message: 'Invalid params: initialize' } };
  const place = options.admit();
  if (place.kind === 'refused') return { ...place, noPlace: true };
  const { sessions } = options;
  const session = newSession(options, { protocol: introduction.protocol, principal: asked.principal });
  let held = false;
  const onInitialized = (): Promise<void> => {
    held = true;
    // Its server may take longer to start than the idle limit.
    session.lastUsed = options.now();
    place.release();
    return sessions.add(session, introduction.client);
  };
  const onClosed = (why: CloseReason = 'server'): Promise<void> => sessions.close(session.id, why);
  const { client } = introduction;
  const connected = await connect(options, { session, client, exchange: asked, onInitialized, onClosed });
  if (connected.kind === 'refused') {
    place.release();
    return connected;
  }
  session.mcp = connected.mcp;
  const abandon = (): Promise<void> => abandonSession(sessions, session, place.release);
  return { kind: 'opened', session, isHeld: () => held, abandon };
};

const connect = ({ connect, log }: StartSessionOptions, connecting: Connecting): ReturnType<Connect> =>
  connect(connecting).catch((error) => {
    log.error({ err: error }, 'could not create the server of a new session');
    const message = 'Internal error: no session was opened';
    return { kind: 'refused', error: { status: 500, code: INTERNAL_ERROR, message } };
  });

/** Also for a session whose initialize was refused, which the table therefore never had. */
const abandonSession = async (sessions: HeldSessions, session: LiveSession, release: () => void): Promise<void> => {
  release();
  await sessions.close(session.id, 'abandoned');
  await session.mcp?.close();
};

const newSession = (
  { node, sessions, eventLimits, answer, handOver, now, wallClock }: StartSessionOptions,
  agreed: { readonly protocol: string; readonly principal: Principal | undefined },
): LiveSession =>
  new LiveSession({
    ...agreed,
    id: newSessionId(node, randomUUID()),
    created: wallClock(),
    now: now(),
    buffer: new EventBuffer(randomBytes(4).toString('hex'), eventLimits),
    ...(handOver && { seen: new SeenIds() }),
    onCallsChanged: (by) => sessions.countCall(by),
    answer,
  });
