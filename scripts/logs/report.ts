import { brief } from '../../node/sessions/session-table.ts';
import type { Lens, SeenSession } from './lens.ts';

/** What the log tells, as one value: text and JSON are views of it. */
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

const MOST_SHOWN = 10;
/** Fewer requests are no load. */
const FEWEST_REQUESTS = 50;
const HOT = 1.5;

export const reportOf = (lens: Lens): LogReport => {
  const flapping = lens.sessions.values().filter(({ moves }) => moves > 0);
  return {
    requests: lens.requests,
    skipped: lens.skipped,
    endpointRequests: lens.endpoint,
    from: timeOf(lens.from),
    to: timeOf(lens.to),
    sessions: { seen: lens.sessions.size, forgotten: lens.sessions.dropped, known: knownBy(lens.sessionIds) },
    flapping: flapping
      .sort((a, b) => b.moves - a.moves)
      .slice(0, MOST_SHOWN)
      .map(flappingOf),
    flappingCount: flapping.length,
    misroutes: lens.misroutes,
    servers: sharesOf(lens),
    cookieless: cookielessOf(lens),
    cookiesKnown: lens.cookies.value + lens.cookies.redacted > 0,
    notFound: lens.causes
      .values()
      .map(({ text, count }) => ({ cause: text, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, MOST_SHOWN),
    streams: streamsOf(lens),
  };
};

/** Whoever knows an id can use the session: a report shows enough of it to find it again. */
const flappingOf = ({ id, moves, requests, notFound, servers }: SeenSession): Flapping => ({
  session: brief(id),
  moves,
  requests,
  notFound,
  servers: Object.fromEntries(servers),
});

const timeOf = (at: number): string | undefined => (Number.isNaN(at) ? undefined : new Date(at).toISOString());

const knownBy = ({ value, redacted }: Lens['sessionIds']): 'value' | 'redacted' | 'absent' =>
  value > 0 ? 'value' : redacted > 0 ? 'redacted' : 'absent';

const sharesOf = (lens: Lens): ServerShare[] => {
  const servers = lens.servers.values();
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

/** Where the log keeps cookies, a client that never sends one although its session is under way. */
const cookielessOf = (lens: Lens): LogReport['cookieless'] =>
  lens.agents
    .values()
    .filter(({ requests, withCookie }) => requests > withCookie)
    .sort((a, b) => b.requests - b.withCookie - (a.requests - a.withCookie))
    .slice(0, MOST_SHOWN);

const streamsOf = ({ streams }: Lens): StreamLengths | undefined =>
  streams.count === 0
    ? undefined
    : {
        count: streams.count,
        median: streams.quantile(0.5),
        p95: streams.quantile(0.95),
        longest: streams.longest,
        common: streams.common(),
      };
