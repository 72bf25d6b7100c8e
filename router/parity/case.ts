/**
 * A case is data: what is sent, and the result that Traefik and the router must both give. The expected values were
 * measured on Traefik and then written down, so a case also means something where Traefik is not installed. In every
 * text, `{a}` stands for the URL of origin a, `{a.hash}` for the value of its cookie, `{a.port}` for its port,
 * `{a.fnv}` and `{a.fnvfnv}` for the older values of its cookie, and `{port:web}` for the port of an entry point.
 */
import type { Ask, Asked, TransportName } from './asked.ts';
import type { DifferenceId } from './differences.ts';
import type { Observed } from './observe.ts';
import type { Origin } from './origin.ts';
import type { Pattern } from './pattern.ts';
import type { ExchangeOptions, RawConnection } from './raw-client.ts';
import type { ScriptedOrigin } from './scripted-origin.ts';
import type { JsonObject, Subject, SubjectKind, SubjectOptions } from './subject.ts';

export type Area = {
  readonly name: string;
  /**
   * Each area has its own entry points, so that no area sees the routes of another; by default one with the area's
   * name.
   */
  readonly entryPoints?: Readonly<Record<string, JsonObject>>;
  readonly static?: JsonObject;
  /** Names of its origins. Areas that use the same name share that origin. */
  readonly origins?: readonly string[];
  /** The exact bytes that an origin named `wire` answers, by path. */
  readonly scripts?: Readonly<Record<string, { readonly answer: string; readonly ends?: 'end' | 'reset' }>>;
  readonly http?: { readonly [part in 'routers' | 'services' | 'middlewares' | 'serversTransports']?: JsonObject };
  readonly cases: readonly Case[];
  /** Needs its own process, because its cases change the file or end the process. */
  readonly alone?: Pick<SubjectOptions, 'strict' | 'provider'>;
};

export type Case = { readonly name: string } & Deed & Verdict;

type Deed =
  | { readonly send: Send }
  /** For what a single request cannot show; its return value is compared with `expect`. */
  | { readonly play: (lab: Lab) => Promise<Pattern> };

type Verdict =
  | { readonly expect: Pattern }
  | { readonly differs: { readonly id: DifferenceId; readonly traefik: Pattern; readonly router: Pattern } };

/** One request: either raw bytes, or parts from which plain bytes are made. */
export type Send = {
  readonly raw?: string;
  readonly method?: string;
  readonly path?: string;
  /** `localhost` by default; null: no Host header. */
  readonly host?: string | null;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly entryPoint?: string;
} & ExchangeOptions;

/** What a case can do; everything goes to the entry point of its area. */
export type Lab = {
  readonly kind: SubjectKind;
  readonly subject: Subject;
  readonly wire: ScriptedOrigin;
  origin(name: string): Origin;
  port(entryPoint?: string): number;
  fill(text: string): string;
  send(send: Send): Promise<Observed>;
  /** The origins that answered, in order; the status if none did. */
  repeat(times: number, send: Send): Promise<readonly (string | number)[]>;
  connect(entryPoint?: string): Promise<RawConnection>;
  /** Starts a request on a new connection, over any transport; it is in flight when this returns. */
  ask(transport: TransportName, ask: Ask, entryPoint?: string): Promise<Asked>;
  /** The area's dynamic file, or with these parts of `http` replaced; placeholders are filled in. */
  dynamic(http?: JsonObject): JsonObject;
};

export const requestBytes = (send: Send): string => {
  if (send.raw !== undefined) return send.raw;
  const host = send.host === null ? [] : [`Host: ${send.host ?? 'localhost'}`];
  const headers = Object.entries(send.headers ?? {}).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}`),
  );
  const length = send.body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(send.body, 'latin1')}`];
  const first = `${send.method ?? 'GET'} ${send.path ?? '/'} HTTP/1.1`;
  return `${[first, ...host, ...headers, ...length].join('\r\n')}\r\n\r\n${send.body ?? ''}`;
};
