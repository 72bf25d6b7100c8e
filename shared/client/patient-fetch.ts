import { afterAsked, type BackOff, backOff, retryAfterMs } from './back-off.ts';
import type { FetchLike } from './cookie-fetch.ts';
import { isOfNoNode } from './failure.ts';

export type PatientOptions = {
  readonly fetch: FetchLike;
  readonly backOff: BackOff;
  readonly random: () => number;
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly onWait: (wait: { readonly ms: number; readonly why: string }) => void;
};

/** Upper limit of the wait for one request. */
const MAX_WAITS = 5;
const SERVER_AWAY = new Set([502, 503, 504]);

type Outcome = { readonly response: Response; readonly unreached?: true } | { readonly error: unknown };

/**
 * Repeats requests that did not run. A 503 with Retry-After was refused: it is sent again after that delay. So is a
 * session's request with a 404 that no node sent: Traefik answers this while it starts, and the session is alive. The
 * GET for the stream is repeated until it succeeds: the SDK itself gives up early.
 */
export const patientFetch =
  (options: PatientOptions): FetchLike =>
  async (url, init) => {
    for (let waits = 0; ; waits++) {
      const outcome = await attempt(options.fetch(url, init), new Headers(init?.headers).has('mcp-session-id'));
      const pause = pauseAfter(outcome, { ...options, waits, stream: init?.method === 'GET' });
      if (init?.signal?.aborted || pause === undefined) return toResponse(outcome);
      if ('response' in outcome) await outcome.response.body?.cancel();
      options.onWait(pause);
      await options.wait(pause.ms, init?.signal ?? undefined);
    }
  };

const attempt = async (asked: Promise<Response>, inSession: boolean): Promise<Outcome> => {
  try {
    const response = await asked;
    if (!inSession || response.status !== 404) return { response };
    const text = await response.text();
    const unread = new Response(text, response);
    return isOfNoNode({ named: response.headers.has('x-mooring-node'), text })
      ? { response: unread, unreached: true }
      : { response: unread };
  } catch (error) {
    return { error };
  }
};

const toResponse = (outcome: Outcome): Response => {
  if ('response' in outcome) return outcome.response;
  throw outcome.error;
};

type Context = PatientOptions & { readonly waits: number; readonly stream: boolean };

const pauseAfter = (outcome: Outcome, context: Context): { ms: number; why: string } | undefined => {
  const { waits, stream, random, now } = context;
  const ms = backOff(waits, random(), context.backOff);
  if ('error' in outcome) return stream ? { ms, why: 'no stream: the server cannot be reached' } : undefined;
  if (outcome.unreached && waits < MAX_WAITS) return { ms, why: 'HTTP 404 that no node wrote' };
  const { status, headers } = outcome.response;
  const asked = status === 503 && waits < MAX_WAITS ? retryAfterMs(headers.get('retry-after'), now()) : undefined;
  if (asked !== undefined) return { ms: afterAsked(asked, random()), why: 'HTTP 503 with Retry-After' };
  return stream && SERVER_AWAY.has(status) ? { ms, why: `no stream: HTTP ${status}` } : undefined;
};
