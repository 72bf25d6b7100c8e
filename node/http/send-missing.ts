import { MAX_BYTES } from '../core/json-bounds.ts';
import { callerId, parseMessages } from '../core/json-rpc.ts';
import { refusalOf } from '../core/which-404.ts';
import type { SendMissing } from '../host/session-host.ts';
import type { ExplainMissing } from '../sessions/missing-session.ts';
import { sendError } from './json-rpc-error.ts';
import { type Body, readBody } from './read-body.ts';
import { readCookie } from './request-facts.ts';

export type MissingOptions = { readonly explainMissing: ExplainMissing; readonly cookieName: string };

/** The 404 of a session that is not here. Its body has the id of the request, which may have to be read first. */
export const missingSender =
  ({ explainMissing, cookieName }: MissingOptions): SendMissing =>
  async ({ req, res }, { id, caller, ...more }) => {
    const body: Body | undefined = caller === undefined ? await readBody(req, MAX_BYTES) : undefined;
    if (body?.kind === 'aborted') return void res.destroy();
    const data = await explainMissing({ id, cookie: readCookie(req, cookieName), ...more });
    sendError(res, {
      ...refusalOf(data),
      id: caller ?? callerIn(body),
      data,
      ...(body?.kind === 'too-large' && { endAfter: body.over }),
    });
  };

const callerIn = (body: Body | undefined): ReturnType<typeof callerId> => {
  const parsed = body?.kind === 'read' ? parseMessages(body.bytes) : undefined;
  return parsed?.kind === 'messages' ? callerId(parsed.messages) : null;
};
