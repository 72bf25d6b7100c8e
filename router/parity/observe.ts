/** A response, in the form that cases use. */

import type { Exchange } from './raw-client.ts';
import type { Answer } from './read-answers.ts';
import type { Seen } from './seen-request.ts';

export type Observed = {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** The origin that answered. */
  readonly by: string | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly cookies: readonly string[];
  readonly trailers: Readonly<Record<string, readonly string[]>>;
  readonly framing: string | undefined;
  readonly complete: boolean;
  /** The request that the origin got, from its echo. */
  readonly seen: ObservedRequest | undefined;
  readonly interim: readonly {
    readonly status: number;
    readonly headers: Readonly<Record<string, readonly string[]>>;
  }[];
  /** The status of every answer on the connection. */
  readonly statuses: readonly number[];
  readonly ended: string;
};

export type ObservedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Header names as the origin received them, in order. */
  readonly names: readonly string[];
  readonly body: string;
  readonly bodyLength: number;
  readonly trailers: Readonly<Record<string, readonly string[]>>;
};

export const observe = (exchange: Exchange): Observed => {
  const answer = exchange.answers[0];
  const headers = byName(answer?.headers ?? []);
  const seen = echoOf(answer);
  return {
    status: answer?.status,
    reason: answer?.reason,
    by: headers['x-origin']?.[0] ?? seen?.id,
    body: answer?.body ?? '',
    headers,
    cookies: headers['set-cookie'] ?? [],
    trailers: byName(answer?.trailers ?? []),
    framing: answer?.framing,
    complete: answer?.complete ?? false,
    seen: seen && requestOf(seen),
    interim: exchange.interim.map(({ status, headers }) => ({ status, headers: byName(headers) })),
    statuses: exchange.answers.map(({ status }) => status),
    ended: exchange.ended,
  };
};

export const requestOf = (seen: Seen): ObservedRequest => ({
  method: seen.method,
  url: seen.url,
  headers: byName(seen.headers),
  names: seen.headers.map(([name]) => name),
  body: seen.body,
  bodyLength: seen.bodyLength,
  trailers: byName(seen.trailers),
});

const byName = (pairs: Iterable<readonly [string, string]>): Record<string, string[]> => {
  // Without a prototype: `constructor` and `__proto__` are header names like any other.
  const found: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    found[key] = [...(found[key] ?? []), value];
  }
  return found;
};

const echoOf = (answer: Answer | undefined): Seen | undefined => {
  if (!answer?.body.startsWith('{"id"')) return undefined;
  try {
    return JSON.parse(Buffer.from(answer.body, 'latin1').toString('utf8')) as Seen;
  } catch {
    return undefined;
  }
};
