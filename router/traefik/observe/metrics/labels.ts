import type { HeaderList } from '../../../core/request/header-list.ts';
import type { ExchangeRecord } from '../record.ts';

const METHODS = new Set(['HEAD', 'GET', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'PRI']);

/** Clients can send any method, but must not create time series with it. */
export const methodLabel = (method: string): string => (METHODS.has(method) ? method : 'EXTENSION_METHOD');

export const protocolLabel = ({ requestHeaders }: Pick<ExchangeRecord, 'requestHeaders'>): string => {
  if (lists(requestHeaders, 'upgrade', 'websocket')) return 'websocket';
  if (lists(requestHeaders, 'accept', 'text/event-stream')) return 'sse';
  const type = requestHeaders.get('content-type') ?? '';
  if (type.startsWith('application/grpc-web')) return 'grpc-web';
  return type.startsWith('application/grpc') ? 'grpc' : 'http';
};

/** Only the first Accept header, and only an exact item: Traefik does not recognize `text/event-stream;q=1`. */
const lists = (headers: HeaderList, name: string, item: string): boolean =>
  (headers.get(name) ?? '').split(',').some((part) => part.trim().toLowerCase() === item);

/** A label value, escaped for the text format. */
export const labelValue = (text: string): string =>
  /["\\\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : text;
