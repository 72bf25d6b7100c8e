import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseSessionId } from '../../shared/registry/session-id.ts';
import { MAX_BYTES } from '../core/json-bounds.ts';
import { callerId, parseMessages } from '../core/json-rpc.ts';
import { refusalOf } from '../core/which-404.ts';
import type { Principal, SessionHost } from '../host/session-host.ts';
import type { ExplainMissing } from '../sessions/missing-session.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import { sendError } from './json-rpc-error.ts';
import { readBody } from './read-body.ts';
import { headerValues, readCookie } from './request-facts.ts';
import { nameSession } from './session-header.ts';

export type McpOptions = {
  readonly table: SessionTable;
  readonly host: SessionHost;
  readonly explainMissing: ExplainMissing;
  readonly cookieName: string;
  readonly principalOf: (req: IncomingMessage) => Principal | undefined;
};

/** The one place where a request to /mcp meets its session, or learns why it has none. */
export const handleMcp =
  (options: McpOptions) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { table, host, principalOf } = options;
    const [id, ...more] = headerValues(req, 'mcp-session-id').filter((value) => value !== '');
    if (more.length > 0)
      return sendError(res, { status: 400, code: -32000, message: 'Bad Request: more than one Mcp-Session-Id' });
    const principal = principalOf(req);
    if (id === undefined) return host.begin({ req, res, principal });
    const known = parseSessionId(id);
    if (known !== null) nameSession(res, known);
    const session = table.find(id);
    if (!session || session.principal !== principal) return sendAbsence(options, { req, res, id });
    table.touch(session);
    return session.answer({ req, res, principal });
  };

type Missing = { readonly req: IncomingMessage; readonly res: ServerResponse; readonly id: string };

const sendAbsence = async (options: McpOptions, { req, res, id }: Missing): Promise<void> => {
  const body = await readBody(req, MAX_BYTES);
  if (body.kind === 'aborted') return void res.destroy();
  const data = await options.explainMissing(id, readCookie(req, options.cookieName));
  const parsed = body.kind === 'read' ? parseMessages(body.bytes) : undefined;
  sendError(res, {
    ...refusalOf(data),
    id: parsed?.kind === 'messages' ? callerId(parsed.messages) : null,
    data,
    ...(body.kind === 'too-large' && { endAfter: body.over }),
  });
};
