import { STATUS_CODES } from 'node:http';
import type { Reply } from '../../core/middleware.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import type { PingConfig } from '../../core/static-model.ts';

/** Any method, any path below /ping, no content type, as in Traefik. */
export const answerPing = (config: PingConfig, terminating: boolean): Reply => {
  const status = terminating ? config.terminatingStatusCode : 200;
  return { status, headers: new HeaderList(), body: STATUS_CODES[status] ?? '' };
};
