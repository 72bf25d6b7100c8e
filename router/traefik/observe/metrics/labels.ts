import type { HeaderList } from '../../../core/request/header-list.ts';
import type { ExchangeRecord } from '../record.ts';

const METHODS = new Set(['HEAD', 'GET', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'PRI']);

/** Clients may invent methods; they must not invent time series with them. */
export const methodLabel = (method: string): string => (METHODS.has(method) ? method : 'EXTENSION_METHOD');

export const protocolLabel = ({ requestHeaders }: Pick<ExchangeRecord, 'requestHeaders'>): string => {
  if (lists(requestHeaders, 'upgrade', 'websocket')) return 'websocket';
  if (lists(requestHeaders, 'accept', 'text/event-stream')) return 'sse';
  const type = requestHeaders.get('content-type') ?? '';
  if (type.startsWith('application/grpc-web')) return 'grpc-web';
  return type.startsWith('application/grpc') ? 'grpc' : 'http';
};

/** Only the first header of the name, and the item alone: `text/event-stream;q=1` is something else to Traefik. */
const lists = (headers: HeaderList, name: string, item: string): boolean =>
  (headers.get(name) ?? '').split(',').some((part) => part.trim().toLowerCase() === item);

/** A label's value as the text format has it. */
export const labelValue = (text: string): string =>
  /["\\\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : text;
