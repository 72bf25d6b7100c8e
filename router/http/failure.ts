/** The response for a request that could not be forwarded: Traefik's status and text. */
export type Failure = { readonly status: number; readonly body: string; readonly reason: string };

const BAD_GATEWAY = { status: 502, body: 'Bad Gateway' };
const GATEWAY_TIMEOUT = { status: 504, body: 'Gateway Timeout' };
const INTERNAL = { status: 500, body: 'Internal Server Error' };

/** What Go counts as network errors; anything else is a 500. */
const BY_CODE: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: { ...BAD_GATEWAY, reason: 'server-refused' },
  ECONNRESET: { ...BAD_GATEWAY, reason: 'server-hung-up' },
  EPIPE: { ...BAD_GATEWAY, reason: 'server-hung-up' },
  UND_ERR_SOCKET: { ...BAD_GATEWAY, reason: 'server-hung-up' },
  EHOSTUNREACH: { ...BAD_GATEWAY, reason: 'server-unreachable' },
  ENETUNREACH: { ...BAD_GATEWAY, reason: 'server-unreachable' },
  ENOTFOUND: { ...BAD_GATEWAY, reason: 'server-name-unknown' },
  EAI_AGAIN: { ...BAD_GATEWAY, reason: 'server-name-unknown' },
  ETIMEDOUT: { ...GATEWAY_TIMEOUT, reason: 'server-connect-timeout' },
  UND_ERR_CONNECT_TIMEOUT: { ...GATEWAY_TIMEOUT, reason: 'server-connect-timeout' },
  UND_ERR_HEADERS_TIMEOUT: { ...GATEWAY_TIMEOUT, reason: 'server-answer-timeout' },
};

const UNKNOWN: Failure = { ...INTERNAL, reason: 'server-answer-malformed' };

/** `began`: the server had started to respond. */
export const failureOf = (error: unknown, began = false): Failure => {
  const code = codeOf(error);
  if (began && code === 'UND_ERR_SOCKET') return UNKNOWN;
  return BY_CODE[code] ?? (code.startsWith('ERR_TLS') || code.includes('CERT') ? tlsFailure : UNKNOWN);
};

const tlsFailure: Failure = { ...INTERNAL, reason: 'server-certificate-refused' };

const codeOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return '';
  // Several addresses were tried (happy eyeballs): the first error is used.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : '';
};
