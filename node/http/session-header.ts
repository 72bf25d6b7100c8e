import type { ServerResponse } from 'node:http';
import { beginningOf, type SessionId } from '../../shared/registry/session-id.ts';

/** Tells in an access log whose request it was, without the id that a reader could use. */
export const nameSession = (res: ServerResponse, id: SessionId): void =>
  void res.setHeader('x-mooring-session', beginningOf(id));
