import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseSessionId } from '../../shared/registry/session-id.ts';
import { SERVER_ERROR } from '../core/json-rpc.ts';
import { MARK_REFUSED } from '../core/relay-mark.ts';
import type { Principal, SendMissing, SessionHost } from '../host/session-host.ts';
import type { Relay } from '../relay/relay.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import { sendError } from './json-rpc-error.ts';
import { headerValues } from './request-facts.ts';
import { nameSession } from './session-header.ts';

export type McpOptions = {
  readonly table: SessionTable;
  readonly host: SessionHost;
  readonly sendMissing: SendMissing;
  readonly relay: Relay | undefined;
  readonly principalOf: (req: IncomingMessage) => Principal | undefined;
};

/** The one place where a request to /mcp meets its session, or learns why it has none. */
export const handleMcp =
  (options: McpOptions) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { table, host, principalOf, sendMissing, relay } = options;
    const [id, ...more] = headerValues(req, 'mcp-session-id').filter((value) => value !== '');
    if (more.length > 0)
      return sendError(res, { status: 400, code: SERVER_ERROR, message: 'Bad Request: more than one Mcp-Session-Id' });
    const mark = relay?.check(req, id ?? '');
    if (mark?.kind === 'refused') return refuseMark(res, mark.why);
    const principal = principalOf(req);
    if (id === undefined) return host.begin({ req, res, principal });
    const known = parseSessionId(id);
    if (known !== null) nameSession(res, known);
    const session = table.find(id);
    if (!session && (await relay?.toOwner({ req, res, principal }, id))) return;
    if (!session || session.principal !== principal) return sendMissing({ req, res, principal }, { id });
    table.touch(session);
    return session.answer({ req, res, principal });
  };

/** Whoever passed it on may be late, and asks its client to try again; from anybody else it is a lie. */
const refuseMark = (res: ServerResponse, why: string): void =>
  sendError(res, {
    status: 403,
    code: SERVER_ERROR,
    message: `Forbidden: this request says that another node has passed it on (${why})`,
    headers: { [MARK_REFUSED]: why },
  });
