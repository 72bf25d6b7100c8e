import type { ServerResponse } from 'node:http';
import { beginningOf, type SessionId } from '../../shared/registry/session-id.ts';

/** Identifies the session in an access log, without the full id, which a reader could use. */
export const nameSession = (res: ServerResponse, id: SessionId): void =>
  void res.setHeader('x-mooring-session', beginningOf(id));
