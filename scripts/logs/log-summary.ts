import { brief } from '../../node/sessions/session-table.ts';
import { BoundedMap } from './bounded-map.ts';
import { Durations } from './durations.ts';
import type { Kept, LogRecord } from './log-record.ts';

export type SeenSession = {
  readonly id: string;
  /** By server: how many requests it answered; only the most recent servers. */
  readonly servers: Map<string, number>;
  last: string;
  /** How often an answer came from another server than the one before. */
  moves: number;
  requests: number;
  notFound: number;
};

export type SeenAgent = { readonly agent: string; requests: number; withCookie: number };
type SeenServer = { readonly url: string; requests: number; errors: number; sessions: number };
type Cause = { readonly text: string; count: number };

/** Printed at once with --follow. */
export type Sighting = { readonly kind: 'moved' | 'not-found'; readonly session: string; readonly text: string };

const MAX_SESSIONS = 20_000;
const MAX_AGENTS = 500;
const MAX_SERVERS = 1000;
const MAX_CAUSES = 2000;
const MAX_SERVERS_OF_SESSION = 8;
/** Paths and names from clients are cut: they are shown and stored. */
const LONGEST_TEXT = 120;

/** What a log shows about sessions and nodes, line by line, in bounded memory. */
export class LogSummary {
  readonly sessions = new BoundedMap<string, SeenSession>(MAX_SESSIONS);
  readonly agents = new BoundedMap<string, SeenAgent>(MAX_AGENTS);
  readonly servers = new BoundedMap<string, SeenServer>(MAX_SERVERS);
  readonly causes = new BoundedMap<string, Cause>(MAX_CAUSES);
  readonly streams = new Durations();
  requests = 0;
  skipped = 0;
  /** Requests of sessions that got a 404. */
  misroutes = 0;
  /** Requests to the endpoint, and how their session ids and cookies were logged. */
  endpoint = 0;
  readonly sessionIds = { value: 0, redacted: 0, absent: 0 };
  readonly cookies = { value: 0, redacted: 0, absent: 0 };
  from = Number.NaN;
  to = Number.NaN;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add(record: LogRecord): readonly Sighting[] {
    this.requests += 1;
    this.#span(record.at);
    this.#server(record);
    if (record.status === 404) this.#cause(record);
    if (!this.#isEndpoint(record.path)) return [];
    this.endpoint += 1;
    this.sessionIds[record.tag.kind === 'value' ? 'value' : record.session.kind] += 1;
    if (record.session.kind !== 'absent') {
      this.cookies[record.cookie.kind] += 1;
      this.#agent(record);
      if (record.status === 404) this.misroutes += 1;
    }
    if (isStream(record)) this.streams.add(record.seconds);
    return this.#session(record);
  }

  #isEndpoint(path: string): boolean {
    return path === this.#prefix || path.startsWith(`${this.#prefix}/`) || path.startsWith(`${this.#prefix}?`);
  }

  #span(at: number): void {
    if (Number.isNaN(at)) return;
    this.from = Number.isNaN(this.from) ? at : Math.min(this.from, at);
    this.to = Number.isNaN(this.to) ? at : Math.max(this.to, at);
  }

  #server({ server, status, session, opened }: LogRecord): void {
    if (server === undefined) return;
    const seen = this.servers.use(server, () => ({ url: server, requests: 0, errors: 0, sessions: 0 }));
    seen.requests += 1;
    if (status >= 500) seen.errors += 1;
    // Every answer of a session names it; the first one answers a request without an id.
    if (opened.kind !== 'absent' && session.kind === 'absent') seen.sessions += 1;
  }

  #cause(record: LogRecord): void {
    const text = causeOf(record).slice(0, LONGEST_TEXT);
    this.causes.use(text, () => ({ text, count: 0 })).count += 1;
  }

  #agent({ agent, cookie }: LogRecord): void {
    const name = agent.slice(0, LONGEST_TEXT) || 'unnamed';
    const seen = this.agents.use(name, () => ({ agent: name, requests: 0, withCookie: 0 }));
    seen.requests += 1;
    if (cookie.kind !== 'absent') seen.withCookie += 1;
  }

  #session(record: LogRecord): readonly Sighting[] {
    const id = idOf(record.session) ?? idOf(record.opened) ?? tagOf(record.tag);
    const { server, status } = record;
    if (id === undefined || server === undefined) return [];
    const seen = this.sessions.use(id, () => ({
      id,
      servers: new Map(),
      last: server,
      moves: 0,
      requests: 0,
      notFound: 0,
    }));
    seen.requests += 1;
    const sights: Sighting[] = [];
    if (seen.last !== server) {
      seen.moves += 1;
      sights.push({ kind: 'moved', session: id, text: `answered by ${server}, and before by ${seen.last}` });
    }
    if (status === 404) {
      seen.notFound += 1;
      sights.push({ kind: 'not-found', session: id, text: `${server} answered 404: it does not have the session` });
    }
    seen.last = server;
    if (seen.servers.has(server) || seen.servers.size < MAX_SERVERS_OF_SESSION)
      seen.servers.set(server, (seen.servers.get(server) ?? 0) + 1);
    return sights;
  }
}

const idOf = (kept: Kept): string | undefined => (kept.kind === 'value' ? kept.value : undefined);

const CUT = '…';
const tagOf = (kept: Kept): string | undefined => {
  const tag = idOf(kept);
  return tag && `${tag}${CUT}`;
};

/** Whoever has an id can use the session: enough is shown to find it again. */
export const shownSession = (id: string): string => (id.endsWith(CUT) ? id : brief(id));

/** The only GET of MCP; its answer is an event stream, by its type or, if that was not logged, by the endpoint. */
const isStream = ({ method, status, contentType, originStatus }: LogRecord): boolean =>
  method === 'GET' &&
  (status === 200 || status === 499) &&
  originStatus < 300 &&
  (contentType === '' || contentType.includes('text/event-stream'));

const causeOf = ({ router, server, host, method, path, session }: LogRecord): string => {
  const plain = path.split('?', 1)[0];
  if (router === undefined) return `no router for ${method} ${host}${plain}`;
  if (server === undefined) return `${router} answered itself, for ${method} ${plain}`;
  if (session.kind !== 'absent') return `${server} does not have the session, asked by router ${router}`;
  return `${server} has no ${method} ${plain}`;
};
