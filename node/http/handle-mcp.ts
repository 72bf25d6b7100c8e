import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseSessionId } from '../../shared/registry/session-id.ts';
import { SERVER_ERROR } from '../core/json-rpc.ts';
import { MARK_REFUSED } from '../core/relay-mark.ts';
import type { HostedSession, Principal, SendMissing, SessionHost } from '../host/session-host.ts';
import { relayAnswer } from '../host/streams/relay-answer.ts';
import type { Relay } from '../relay/relay.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { Identify } from './identify.ts';
import { sendError } from './json-rpc-error.ts';
import { headerValues } from './request-facts.ts';
import { nameSession } from './session-header.ts';

export type McpOptions = {
  readonly table: SessionTable;
  readonly host: SessionHost;
  readonly sendMissing: SendMissing;
  readonly relay: Relay | undefined;
  readonly identify: Identify;
};

/** Here a request to /mcp gets its session, or the reason why there is none. */
export const handleMcp =
  (options: McpOptions) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { table, host, identify, sendMissing, relay } = options;
    // Of two values some parsers take the first and some the last: the session could belong to one user, and its calls
    // to another.
    if (headerValues(req, 'authorization').length > 1) return sendError(res, moreThanOne('Authorization'));
    // The web's Request, which an authenticator gets, cannot have this method.
    if (req.method === 'TRACE') return sendError(res, NOT_ALLOWED);
    const caller = await identify(req);
    // There would be no further event.
    if (res.destroyed) return;
    if (caller.kind === 'refused') return relayAnswer(caller.answer, res).ended;
    const exchange = { req, res, principal: caller.principal, auth: caller.auth };
    const [id, ...more] = headerValues(req, 'mcp-session-id').filter((value) => value !== '');
    if (more.length > 0) return sendError(res, moreThanOne('Mcp-Session-Id'));
    const mark = relay?.check(req, id ?? '');
    if (mark?.kind === 'refused') return refuseMark(res, mark.why);
    if (id === undefined) return host.begin(exchange);
    const known = parseSessionId(id);
    if (known !== null) nameSession(res, known);
    const session = table.find(id);
    if (!session && (await relay?.toOwner(exchange, id))) return;
    const masked = session !== undefined && !isOf(session, caller);
    if (!session || masked) return (await host.refuses?.(exchange)) ? undefined : sendMissing(exchange, { id, masked });
    table.touch(session);
    return session.answer(exchange);
  };

const NOT_ALLOWED = { status: 405, code: SERVER_ERROR, message: 'Method not allowed' } as const;

const moreThanOne = (header: string) =>
  ({ status: 400, code: SERVER_ERROR, message: `Bad Request: more than one ${header}` }) as const;

/** A peer that passed it on may be late, and asks its client to retry; from anybody else the mark is forged. */
const refuseMark = (res: ServerResponse, why: string): void =>
  sendError(res, {
    status: 403,
    code: SERVER_ERROR,
    message: `Forbidden: the relay mark of this request is not valid (${why})`,
    headers: { [MARK_REFUSED]: why },
  });

/** A session without a known owner belongs to anybody who has its id; without authentication all sessions do. */
const isOf = ({ principal }: HostedSession, caller: { readonly principal: Principal | undefined }): boolean =>
  principal === undefined || principal === caller.principal;
