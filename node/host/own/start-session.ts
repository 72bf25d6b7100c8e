import { randomBytes, randomUUID } from 'node:crypto';
import { newSessionId } from '../../../shared/registry/session-id.ts';
import { EventBuffer, type EventLimits } from '../../core/event-buffer.ts';
import type { Message } from '../../core/json-rpc.ts';
import type { JsonRpcError } from '../../http/json-rpc-error.ts';
import { type CreateServer, openSession } from '../../mcp/open-session.ts';
import { introductionOf } from '../../mcp/protocol.ts';
import type { Exchange, HeldSessions, HostParts, Principal } from '../session-host.ts';
import { LiveSession } from './live-session.ts';

export type Opening =
  | { readonly kind: 'refused'; readonly error: JsonRpcError }
  | { readonly kind: 'opened'; readonly session: LiveSession; abandon(): Promise<void> };

export type StartSessionOptions = HostParts & {
  readonly createServer: CreateServer;
  readonly eventLimits: EventLimits;
  /** Any later request of the session. */
  readonly answer: (exchange: Exchange, session: LiveSession) => Promise<void>;
};

type Asked = { readonly message: Message; readonly principal: Principal | undefined };

export const startSession = async (options: StartSessionOptions, asked: Asked): Promise<Opening> => {
  const introduction = introductionOf(asked.message);
  if (!introduction)
    return { kind: 'refused', error: { status: 400, code: -32602, message: 'Invalid params of initialize' } };
  const place = options.admit();
  if (place.kind === 'refused') return place;
  const session = newSession(options, { protocol: introduction.protocol, principal: asked.principal });
  try {
    session.mcp = await connect({ ...options, session, client: introduction.client, release: place.release });
  } catch (error) {
    place.release();
    options.log.error({ err: error }, 'the server of a new session could not be made');
    return { kind: 'refused', error: { status: 500, code: -32603, message: 'Internal error: no session was opened' } };
  }
  return { kind: 'opened', session, abandon: () => abandon(options.sessions, session, place.release) };
};

/** Also of a session that the SDK refused to initialize, and that the table therefore never saw. */
const abandon = async (sessions: HeldSessions, session: LiveSession, release: () => void): Promise<void> => {
  release();
  await sessions.close(session.id, 'abandoned');
  await session.mcp?.close();
};

const newSession = (
  { node, sessions, eventLimits, answer, now, wallClock }: StartSessionOptions,
  agreed: { readonly protocol: string; readonly principal: Principal | undefined },
): LiveSession =>
  new LiveSession({
    ...agreed,
    id: newSessionId(node, randomUUID()),
    created: wallClock(),
    now: now(),
    buffer: new EventBuffer(randomBytes(4).toString('hex'), eventLimits),
    onCallsChanged: (by) => sessions.countCall(by),
    answer,
  });

type Connecting = StartSessionOptions & {
  readonly session: LiveSession;
  readonly client: string;
  readonly release: () => void;
};

const connect = ({ session, client, release, node, sessions, createServer, log }: Connecting) =>
  openSession({
    id: session.id,
    node,
    createServer,
    events: session.events,
    onInitialized: () => {
      release();
      return sessions.add(session, client);
    },
    onClosed: () => void sessions.close(session.id, 'server'),
    onError: (error) => log.debug({ err: error }, 'the SDK tells of an error in a session'),
  });
