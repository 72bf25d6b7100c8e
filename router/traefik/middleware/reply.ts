import type { Reply } from '../../core/middleware.ts';
import { HeaderList } from '../../core/request/header-list.ts';

/** What a handler of Traefik writes itself: no content type. Made anew each time, for headers get added on the way. */
export const plainReply = (status: number, body: string): Reply => ({ status, headers: new HeaderList(), body });

/** What Go's http.Error writes. */
export const errorReply = (status: number, message: string): Reply => ({
  status,
  headers: new HeaderList(['content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff']),
  body: `${message}\n`,
});
