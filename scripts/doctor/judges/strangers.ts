/** What a client whose session is gone gets: only a 404 makes it begin a new one. */
import { type Found, foundIn } from '../../../shared/found.ts';
import type { Facts } from '../facts.ts';
import { type Finding, goodFinding } from '../finding.ts';
import { ID } from '../mcp.ts';
import { isOk, messageOf, outcome, type Reply, sessionOf } from '../reply.ts';
import { sticks } from './affinity.ts';

const SESSION_NOT_FOUND = -32001;

const FIX = {
  node: 'for a session it does not hold: HTTP 404 with {"error":{"code":-32001,"message":"Session not found"}} and the request’s own id, on POST, GET and DELETE',
};

export const judgeStrangers = ({ strangers }: Facts): Found<Finding> => {
  if (strangers === undefined) return undefined;
  const { call, stream, close } = strangers;
  const wrong = wrongCall(call);
  if (wrong !== undefined) return wrong;
  const others = foundIn([otherMethod('GET', stream), otherMethod('DELETE', close)]);
  return [inForm(call, others.length === 0), others];
};

const wrongCall = (call: Reply): Finding | undefined => {
  if (isOk(call) && sessionOf(call) !== undefined)
    return problem(
      'unknown-session-replaced',
      call,
      'the client continues with a session that it did not open, and does not learn that its own is lost',
    );
  if (isOk(call) && messageOf(call)?.error === undefined)
    return problem(
      'unknown-session-accepted',
      call,
      'the client does not learn that its session is lost: its state is silently gone',
    );
  if (call.kind === 'answered' && call.status === 404) return undefined;
  if (call.kind === 'answered' && call.status === 400)
    return problem('unknown-session-400', call, 'no client begins anew after a 400; several do after a 404');
  return problem('unknown-session', call, 'a client begins a new session after a 404, and after nothing else');
};

const problem = (id: string, reply: Reply, why: string): Finding => ({
  id,
  severity: 'problem',
  seen: `an unknown session is answered ${outcome(reply)}${isOk(reply) && sessionOf(reply) !== undefined ? ' and a new session id' : ''}`,
  why,
  fix: FIX,
});

const inForm = (call: Reply, good: boolean): Found<Finding> => {
  const message = call.kind === 'answered' ? call.message : undefined;
  if (message?.error?.code === SESSION_NOT_FOUND && (message.id === ID || message.id === null))
    return good
      ? goodFinding({
          id: 'unknown-session',
          seen: `an unknown session is answered ${outcome(call)}${message.id === ID ? ', with the request’s own id' : ', with the id null'}`,
          why: 'clients that can begin anew do so',
        })
      : undefined;
  return {
    id: 'unknown-session-form',
    severity: 'warning',
    seen: `an unknown session is answered ${outcome(call)}, and not as JSON-RPC -32001`,
    why: 'the status is right, but clients have no message to show',
    fix: FIX,
  };
};

/** 405: this server does not support the method at all. */
const otherMethod = (method: string, reply: Reply): Found<Finding> => {
  if (reply.kind === 'answered' && [404, 405].includes(reply.status)) return undefined;
  return {
    id: 'unknown-session-method',
    severity: 'warning',
    seen: `${method} for an unknown session is answered ${outcome(reply)}`,
    why:
      method === 'GET'
        ? 'a client whose stream dropped sends GET first: here it does not learn that its session is gone'
        : 'a client that ends a session cannot tell whether it had already ended',
    fix: FIX,
  };
};

/** We close every session that we opened. */
export const judgeClosing = ({ sessions, withCookies, withoutCookies }: Facts): Found<Finding> => {
  const { opened, closed, refused } = sessions;
  if (closed === opened) return undefined;
  const none = refused?.kind === 'answered' && refused.status === 405;
  // A misrouted DELETE counts as one of the session's lost requests.
  if (!none && (!sticks(withCookies) || !sticks(withoutCookies))) return undefined;
  return {
    id: 'not-closed',
    severity: 'note',
    seen: `${opened - closed} of ${opened} sessions could not be closed again: DELETE is answered ${refused === undefined ? 'nothing' : outcome(refused)}`,
    why: none
      ? 'clients cannot end sessions here; they stay until the server ends them'
      : 'DELETE did not find its session; it stays until the server ends it',
    fix: none ? { node: 'DELETE with Mcp-Session-Id ends the session' } : { topology: 'affinity: both' },
  };
};
