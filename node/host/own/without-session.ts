import { classifyEra } from '../../core/era.ts';
import { holderOf } from '../../core/holder-of.ts';
import { callerId } from '../../core/json-rpc.ts';
import { sendError } from '../../http/json-rpc-error.ts';
import { headerValues } from '../../http/request-facts.ts';
import { nameState } from '../../http/session-header.ts';
import type { Unplaced } from '../streams/receive.ts';
import { type SessionlessOptions, sessionless } from './sessionless.ts';

/** Answers requests that need no session. If your server supports sessions only, they are refused. */
export const answerWithoutSession = (options: SessionlessOptions): ((unplaced: Unplaced) => Promise<boolean>) => {
  const requests = sessionless(options);
  return async ({ req, res, principal, auth, head, messages, bytes, batch }) => {
    const mcpMethod = headerValues(req, 'mcp-method').join(', ') || undefined;
    const era = classifyEra({ protocolVersion: head.protocolVersion, mcpMethod, messages, batch });
    const [message] = messages;
    if (era.kind === 'sessions' || !message) return false;
    nameState(res, message);
    const asked = { req, res, principal, auth, message };
    if (!(await requests.serves(asked))) return false;
    const holder = options.handOver && era.kind === 'sessionless' ? holderOf(options.node, message) : undefined;
    if (holder !== undefined && (await options.handOver?.({ req, res, principal }, bytes, holder))) return true;
    if (era.kind === 'reject')
      sendError(res, { status: 400, code: era.code, message: era.why, id: callerId(messages) });
    else await requests.answer(asked);
    return true;
  };
};
