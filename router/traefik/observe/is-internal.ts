import type { ExchangeRecord } from './record.ts';

/** ping, API, metrics and redirections of entry points, identified by their service, as in Traefik. */
export const isInternal = (record: ExchangeRecord): boolean =>
  record.internal || (record.service?.endsWith('@internal') ?? false);
