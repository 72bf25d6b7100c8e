import type { Reply } from '../../core/middleware.ts';
import { HeaderList } from '../../core/request/header-list.ts';

/** A plain reply of a Traefik handler, without a content type. Built each time, because headers get added later. */
export const plainReply = (status: number, body: string): Reply => ({ status, headers: new HeaderList(), body });

/** What Go's http.Error writes. */
export const errorReply = (status: number, message: string): Reply => ({
  status,
  headers: new HeaderList(['content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff']),
  body: `${message}\n`,
});
