import type { ExchangeRecord } from './record.ts';

/** ping, the API, metrics and an entry point's own redirection: Traefik knows them by their service. */
export const isInternal = (record: ExchangeRecord): boolean =>
  record.internal || (record.service?.endsWith('@internal') ?? false);
