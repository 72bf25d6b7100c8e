import type { ProbeRequest } from './probe-request.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** These two repeat the method; the others switch to GET. */
const SAME_METHOD = new Set([307, 308]);
/** Removed when the host changes. */
const SECRETS = ['authorization', 'www-authenticate', 'cookie', 'cookie2'];

/** The next request by the rules of Go's client; undefined if the response is final. */
export const redirected = (
  { url, method, headers }: ProbeRequest,
  status: number,
  location: string | undefined,
): ProbeRequest | undefined => {
  if (!REDIRECTS.has(status) || location === undefined || location === '') return undefined;
  const next = new URL(location, url);
  if (!/^https?:$/.test(next.protocol)) throw new Error(`unsupported protocol scheme "${next.protocol.slice(0, -1)}"`);
  const kept = new Map(headers);
  // The configured Host is only kept for a relative redirect.
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) kept.delete('host');
  if (!isWithin(next.hostname, url.hostname)) for (const name of SECRETS) kept.delete(name);
  const repeats = SAME_METHOD.has(status) || method === 'HEAD';
  return { url: next, method: repeats ? method : 'GET', headers: kept };
};

const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);
