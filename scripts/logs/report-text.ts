import { many } from '../cli/many.ts';
import type { Paint } from '../cli/paint.ts';
import type { LogReport } from './report.ts';

export const reportText = (report: LogReport, paint: Paint): string =>
  [headLines, flappingLines, serverLines, cookieLines, notFoundLines, streamLines]
    .map((lines) => lines(report, paint))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');

type Lines = (report: LogReport, paint: Paint) => string[];

const headLines: Lines = ({ requests, endpointRequests, skipped, from, to }, paint) => [
  paint.strong(
    `${many(requests, 'request')}, ${endpointRequests} to the endpoint${from === undefined ? '' : `, ${from} to ${to}`}`,
  ),
  ...(skipped > 0 ? [`${many(skipped, 'line')} skipped: only a JSON access log is read (accessLog.format: json)`] : []),
];

const KEEP_SESSION = `  help: nodes of mooring answer with X-Mooring-Session, which distinguishes sessions but gives no access; npm run generate has
        Traefik keep it in the log. For other servers log the id: observe.sessionIds: keep in the topology, or
        accessLog.fields.headers.names.Mcp-Session-Id: keep (anyone who reads the log can then use its sessions)`;

const flappingLines: Lines = ({ sessions, flapping, flappingCount, misroutes, endpointRequests }, paint) => {
  if (endpointRequests === 0) return ['no request to the endpoint: --prefix sets its path (/mcp)'];
  if (sessions.known === 'redacted')
    return [
      `sessions  ${paint.risky('not told apart')}: the log redacts Mcp-Session-Id${missed(misroutes)}`,
      KEEP_SESSION,
    ];
  if (sessions.known === 'absent' && sessions.seen === 0)
    return [
      `sessions  ${paint.risky('not known')}: no line has Mcp-Session-Id, as its client or the log left it out`,
      KEEP_SESSION,
    ];
  const forgotten = sessions.forgotten > 0 ? `, and ${sessions.forgotten} older ones no longer kept` : '';
  const head = `sessions  ${sessions.seen} seen${forgotten}`;
  if (flappingCount === 0) return [`${head}; ${paint.good('each was answered by one server')}${missed(misroutes)}`];
  return [
    `${head}; ${paint.bad(`${flappingCount} answered by several servers`)}${missed(misroutes)}`,
    ...flapping.map(
      ({ session, moves, requests, servers }) =>
        `  ${session.padEnd(14)}  ${many(moves, 'move')} in ${many(requests, 'request')}: ${Object.entries(servers)
          .map(([url, times]) => `${url} ${times}`)
          .join(', ')}`,
    ),
    '  help: npm run explain -- --log LINE says why a request went where it went; route on the session id, or keep cookies',
  ];
};

const missed = (misroutes: number): string =>
  misroutes === 0 ? '' : `; ${many(misroutes, 'request')} of a session met 404`;

const serverLines: Lines = ({ servers }, paint) =>
  servers.length === 0
    ? []
    : [
        'servers',
        ...servers.map(({ url, requests, share, errors, sessionsOpened, hot }) => {
          const notes = [
            ...(sessionsOpened > 0 ? [`${many(sessionsOpened, 'session')} opened`] : []),
            ...(errors > 0 ? [paint.bad(`${errors} × 5xx`)] : []),
            ...(hot ? [paint.risky(`hot: ${(share * servers.length).toFixed(1)} times its share`)] : []),
          ];
          return `  ${url}  ${many(requests, 'request')} (${Math.round(share * 100)} %)${notes.map((note) => `, ${note}`).join('')}`;
        }),
      ];

const cookieLines: Lines = ({ cookieless, cookiesKnown, sessions }, paint) => {
  if (sessions.known === 'absent') return [];
  if (!cookiesKnown)
    return [
      `cookies   ${paint.faint('none in the log: no client of a session sends one, or the log drops the header')}`,
      '  help: with Cookie: redact under accessLog.fields.headers.names the log says that one came, and not its value',
    ];
  if (cookieless.length === 0) return [`cookies   ${paint.good('every client of a session sends them')}`];
  return [
    'clients that send no cookie with their session',
    ...cookieless.map(
      ({ agent, requests, withCookie }) =>
        `  ${agent}  ${requests - withCookie} of ${many(requests, 'request')} without`,
    ),
    '  help: fine where the session id routes; else these lose their sessions on several nodes',
  ];
};

const notFoundLines: Lines = ({ notFound }) =>
  notFound.length === 0 ? [] : ['404', ...notFound.map(({ cause, count: times }) => `  ${times} × ${cause}`)];

const streamLines: Lines = ({ streams }, paint) => {
  if (streams === undefined) return [];
  const { common } = streams;
  return [
    `streams   ${streams.count} ended: median ${time(streams.median)}, 95 % within ${time(streams.p95)}, longest ${time(streams.longest)}`,
    ...(common === undefined
      ? []
      : [
          paint.risky(
            `  ${common.count} of ${streams.count} ended after about ${time(common.seconds)}: a timeout cuts them`,
          ),
          '  help: look for it in the balancers before and behind Traefik, and in writeTimeout of the entry point',
        ]),
  ];
};

const time = (seconds: number): string => {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
};
