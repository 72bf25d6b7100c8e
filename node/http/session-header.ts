import type { ServerResponse } from 'node:http';
import { beginningOf, type SessionId } from '../../shared/registry/session-id.ts';
import { stateOf } from '../core/holder-of.ts';
import type { Message } from '../core/json-rpc.ts';

/** Identifies the session in an access log, without the full id, which a reader could use. */
export const nameSession = (res: ServerResponse, id: SessionId): void =>
  void res.setHeader('x-mooring-session', beginningOf(id));

/** The same for the first handle or task that a request names. */
export const nameState = (res: ServerResponse, message: Message): void => {
  const [id] = stateOf(message);
  if (id !== undefined) nameSession(res, id);
};
