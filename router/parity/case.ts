/**
 * A case is data: what is sent, and what must come of it, on Traefik and on the router alike. The expected values were
 * measured on Traefik and then written down, so that a case means the same where there is no Traefik.
 *
 * In every text, `{a}` stands for the URL of origin a, `{a.hash}` for the value of its cookie, `{a.port}` for its
 * port, `{a.fnv}` and `{a.fnvfnv}` for the older values of its cookie, and `{port:web}` for the port of an entry point.
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
  /** Each area has entry points of its own, so that no area sees another's routes; one of the area's name by default. */
  readonly entryPoints?: Readonly<Record<string, JsonObject>>;
  readonly static?: JsonObject;
  /** Names of the origins it uses. Those that another area also names are shared. */
  readonly origins?: readonly string[];
  /** Answers of an origin named `wire`, by path, to the byte. */
  readonly scripts?: Readonly<Record<string, { readonly answer: string; readonly ends?: 'end' | 'reset' }>>;
  readonly http?: { readonly [part in 'routers' | 'services' | 'middlewares' | 'serversTransports']?: JsonObject };
  readonly cases: readonly Case[];
  /** A process of its own, for cases that change its file or end it. */
  readonly alone?: Pick<SubjectOptions, 'strict' | 'provider'>;
};

export type Case = { readonly name: string } & Deed & Verdict;

type Deed =
  | { readonly send: Send }
  /** For what one request cannot show; the value it returns is judged. */
  | { readonly play: (lab: Lab) => Promise<Pattern> };

type Verdict =
  | { readonly expect: Pattern }
  | { readonly differs: { readonly id: DifferenceId; readonly traefik: Pattern; readonly router: Pattern } };

/** One request: either raw bytes, or parts from which plain bytes are made. */
export type Send = {
  readonly raw?: string;
  readonly method?: string;
  readonly path?: string;
  /** `localhost` when not said; null sends none. */
  readonly host?: string | null;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly entryPoint?: string;
} & ExchangeOptions;

/** What a case can do: everything is relative to the entry point of its area. */
export type Lab = {
  readonly kind: SubjectKind;
  readonly subject: Subject;
  readonly wire: ScriptedOrigin;
  origin(name: string): Origin;
  port(entryPoint?: string): number;
  fill(text: string): string;
  send(send: Send): Promise<Observed>;
  /** Who answered, in order; the status where no origin did. */
  repeat(times: number, send: Send): Promise<readonly (string | number)[]>;
  connect(entryPoint?: string): Promise<RawConnection>;
  /** A request on a connection of its own, over any of the transports, that is under way when this returns. */
  ask(transport: TransportName, ask: Ask, entryPoint?: string): Promise<Asked>;
  /** The dynamic file as the area has it, or with these parts of `http` in their place; tokens filled in. */
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
