import { randomBytes, randomUUID } from 'node:crypto';
import type { Log } from '../../shared/log.ts';
import { type NodeId, newSessionId } from '../../shared/registry/session-id.ts';
import { EventBuffer, type EventLimits } from '../core/event-buffer.ts';
import type { Message } from '../core/json-rpc.ts';
import { type CreateServer, openSession } from '../mcp/open-session.ts';
import { introductionOf } from '../mcp/protocol.ts';
import type { NodeDrain } from '../node-drain.ts';
import { LiveSession } from '../sessions/live-session.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { JsonRpcError } from './json-rpc-error.ts';

export type Opening =
  | { readonly kind: 'refused'; readonly error: JsonRpcError }
  | { readonly kind: 'opened'; readonly session: LiveSession; abandon(): Promise<void> };

export type StartSessionOptions = {
  readonly node: NodeId;
  readonly table: SessionTable;
  readonly createServer: CreateServer;
  readonly eventLimits: EventLimits;
  readonly drain: Pick<NodeDrain, 'phase'>;
  readonly onRefused: (why: 'draining' | 'full') => void;
  readonly now: () => number;
  readonly log: Log;
};

export const startSession =
  (options: StartSessionOptions) =>
  async (message: Message): Promise<Opening> => {
    const introduction = introductionOf(message);
    if (!introduction)
      return { kind: 'refused', error: { status: 400, code: -32602, message: 'Invalid params of initialize' } };
    if (options.drain.phase === 'refusing') return later(options, 'draining');
    const place = options.table.takePlace();
    if (!place) return later(options, 'full');
    const session = newSession(options, introduction.protocol);
    try {
      session.mcp = await connect({ ...options, session, client: introduction.client, release: place.release });
    } catch (error) {
      place.release();
      options.log.error({ err: error }, 'the server of a new session could not be made');
      return {
        kind: 'refused',
        error: { status: 500, code: -32603, message: 'Internal error: no session was opened' },
      };
    }
    return { kind: 'opened', session, abandon: () => abandon(options.table, session, place.release) };
  };

/** Also of a session that the SDK refused to initialize, and that the table therefore never saw. */
const abandon = async (table: SessionTable, session: LiveSession, release: () => void): Promise<void> => {
  release();
  await table.close(session.id, 'abandoned');
  await session.mcp?.close();
};

const REFUSALS = {
  draining: { seconds: 5, message: 'this node is about to stop and takes no new sessions' },
  full: { seconds: 30, message: 'this node has as many sessions as it may' },
} as const;

const later = ({ onRefused }: StartSessionOptions, why: keyof typeof REFUSALS): Opening => {
  onRefused(why);
  const { seconds, message } = REFUSALS[why];
  const headers = { 'retry-after': String(seconds) };
  return { kind: 'refused', error: { status: 503, code: -32000, message, headers } };
};

const newSession = ({ node, table, eventLimits, now }: StartSessionOptions, protocol: string): LiveSession =>
  new LiveSession({
    id: newSessionId(node, randomUUID()),
    created: now(),
    protocol,
    buffer: new EventBuffer(randomBytes(4).toString('hex'), eventLimits),
    onCallsChanged: (by) => table.countCall(by),
  });

type Connecting = StartSessionOptions & {
  readonly session: LiveSession;
  readonly client: string;
  readonly release: () => void;
};

const connect = ({ session, client, release, node, table, createServer, log }: Connecting) =>
  openSession({
    id: session.id,
    node,
    createServer,
    events: session.events,
    onInitialized: () => {
      release();
      return table.add(session, client);
    },
    onClosed: () => void table.close(session.id, 'server'),
    onError: (error) => log.debug({ err: error }, 'the SDK tells of an error in a session'),
  });
