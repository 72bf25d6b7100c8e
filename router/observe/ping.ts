import { STATUS_CODES } from 'node:http';
import type { PingConfig } from '../config/static-model.ts';
import type { Reply } from '../middleware/middleware.ts';
import { HeaderList } from '../request/header-list.ts';

/** Any method, any path below /ping; no content type, as Traefik. */
export const answerPing = (config: PingConfig, terminating: boolean): Reply => {
  const status = terminating ? config.terminatingStatusCode : 200;
  return { status, headers: new HeaderList(), body: STATUS_CODES[status] ?? '' };
};
