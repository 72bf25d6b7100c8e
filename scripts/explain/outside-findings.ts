/** Findings that only the command has: servers given as down, a running proxy, a log line. */
import type { Explanation, Finding } from '../../router/explain/explanation.ts';
import { serverName } from '../../router/explain/world.ts';
import type { Logged } from './log-line.ts';
import type { RunningProxy } from './running-proxy.ts';

/** Only health checks take a server out: a service without one keeps sending requests to it. */
export const unnoticedDown = ({ candidates, service }: Explanation, down: ReadonlySet<string>): Finding[] =>
  candidates
    .filter(({ url }) => down.has(url))
    .map((server) => ({
      code: 'down-unnoticed',
      severity: 'error',
      message: `${serverName(server)} is down, and ${service} keeps sending requests to it: the client gets 502 Bad Gateway`,
      remedy: `give ${service} a healthCheck; without one it stays in use`,
    }));

const MAX_DIFFERENCES = 5;

export const runsOtherwise = ({ url, differences }: RunningProxy): Finding => {
  if (differences.length === 0)
    return { code: 'runs-these-files', severity: 'note', message: `${url} runs these files` };
  const shown = differences.slice(0, MAX_DIFFERENCES);
  const more = differences.length - shown.length;
  return {
    code: 'runs-other-files',
    severity: 'warning',
    message: `${url} does not run these files:\n    ${shown.join('\n    ')}${more > 0 ? `\n    and ${more} more` : ''}`,
    remedy:
      'the steps above follow these files; select its files with --configfile, or check why it did not apply a change',
  };
};

export const compareWithLog = (found: Explanation, logged: Logged): Finding => {
  const where =
    logged.server ?? (logged.status === undefined ? 'no server' : `no server (it answered ${logged.status})`);
  const possible =
    found.candidates.some(({ url }) => url === logged.server) ||
    (found.candidates.length === 0 && logged.server === undefined);
  const sameRouter = logged.router === undefined || logged.router === found.router;
  if (possible && sameRouter)
    return {
      code: 'as-logged',
      severity: 'note',
      message: `the log says the same: ${logged.router ?? 'no router'}, ${where}`,
    };
  return {
    code: 'not-as-logged',
    severity: 'warning',
    message: `the log differs: ${logged.router ?? 'no router'}, ${where}`,
    remedy:
      'the files have changed since, a server was down then, or the log does not keep the header that decided (see --session, --cookie, --down)',
  };
};

export const noted = (message: string): Finding => ({ code: 'not-known', severity: 'note', message });
