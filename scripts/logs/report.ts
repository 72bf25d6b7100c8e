import { type LogSummary, type SeenSession, shownSession } from './log-summary.ts';

/** The report as a value; text and JSON are views of it. */
export type LogReport = {
  readonly requests: number;
  readonly skipped: number;
  readonly endpointRequests: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly sessions: {
    readonly seen: number;
    readonly forgotten: number;
    readonly known: 'value' | 'redacted' | 'absent';
  };
  readonly flapping: readonly Flapping[];
  readonly flappingCount: number;
  readonly misroutes: number;
  readonly servers: readonly ServerShare[];
  readonly cookieless: readonly { readonly agent: string; readonly requests: number; readonly withCookie: number }[];
  readonly cookiesKnown: boolean;
  readonly notFound: readonly { readonly cause: string; readonly count: number }[];
  readonly streams: StreamLengths | undefined;
};

type Flapping = {
  readonly session: string;
  readonly moves: number;
  readonly requests: number;
  readonly notFound: number;
  readonly servers: Readonly<Record<string, number>>;
};
type ServerShare = {
  readonly url: string;
  readonly requests: number;
  readonly share: number;
  readonly errors: number;
  readonly sessionsOpened: number;
  readonly hot: boolean;
};
type StreamLengths = {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  readonly common: { readonly seconds: number; readonly count: number } | undefined;
};

const MAX_SHOWN = 10;
/** Too few requests to judge the balance. */
const FEWEST_REQUESTS = 50;
const HOT = 1.5;

export const reportOf = (summary: LogSummary): LogReport => {
  const flapping = summary.sessions.values().filter(({ moves }) => moves > 0);
  return {
    requests: summary.requests,
    skipped: summary.skipped,
    endpointRequests: summary.endpoint,
    from: timeOf(summary.from),
    to: timeOf(summary.to),
    sessions: { seen: summary.sessions.size, forgotten: summary.sessions.dropped, known: knownBy(summary.sessionIds) },
    flapping: flapping
      .sort((a, b) => b.moves - a.moves)
      .slice(0, MAX_SHOWN)
      .map(flappingOf),
    flappingCount: flapping.length,
    misroutes: summary.misroutes,
    servers: sharesOf(summary),
    cookieless: cookielessOf(summary),
    cookiesKnown: summary.cookies.value + summary.cookies.redacted > 0,
    notFound: summary.causes
      .values()
      .map(({ text, count }) => ({ cause: text, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, MAX_SHOWN),
    streams: streamsOf(summary),
  };
};

const flappingOf = ({ id, moves, requests, notFound, servers }: SeenSession): Flapping => ({
  session: shownSession(id),
  moves,
  requests,
  notFound,
  servers: Object.fromEntries(servers),
});

const timeOf = (at: number): string | undefined => (Number.isNaN(at) ? undefined : new Date(at).toISOString());

const knownBy = ({ value, redacted }: LogSummary['sessionIds']): 'value' | 'redacted' | 'absent' =>
  value > 0 ? 'value' : redacted > 0 ? 'redacted' : 'absent';

const sharesOf = (summary: LogSummary): ServerShare[] => {
  const servers = summary.servers.values();
  const all = servers.reduce((sum, { requests }) => sum + requests, 0);
  return servers
    .map(({ url, requests, errors, sessions }) => ({
      url,
      requests,
      share: requests / all,
      errors,
      sessionsOpened: sessions,
      hot: servers.length > 1 && all >= FEWEST_REQUESTS && requests > (HOT * all) / servers.length,
    }))
    .sort((a, b) => b.requests - a.requests);
};

/** If cookies were logged: a client that never sends one although its session goes on. */
const cookielessOf = (summary: LogSummary): LogReport['cookieless'] =>
  summary.agents
    .values()
    .filter(({ requests, withCookie }) => requests > withCookie)
    .sort((a, b) => b.requests - b.withCookie - (a.requests - a.withCookie))
    .slice(0, MAX_SHOWN);

const streamsOf = ({ streams }: LogSummary): StreamLengths | undefined =>
  streams.count === 0
    ? undefined
    : {
        count: streams.count,
        median: streams.quantile(0.5),
        p95: streams.quantile(0.95),
        longest: streams.longest,
        common: streams.common(),
      };
