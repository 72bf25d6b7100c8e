/** For people: problems first, and a summary in the last line. */

import { visible } from '../../shared/terminal-text.ts';
import { many } from '../cli/many.ts';
import type { Paint } from '../cli/paint.ts';
import type { Finding, Fix, Severity } from './finding.ts';

type Count = { readonly requests: number; readonly sessions: { readonly opened: number; readonly closed: number } };

export const reportText = (findings: readonly Finding[], count: Count, paint: Paint): string =>
  [...findings.map((finding) => block(finding, paint)), ending(findings, count, paint)].join('\n');

const MARKS: Readonly<Record<Severity, string>> = { problem: '✗', warning: '!', note: '·', good: '✓' };

/** Text from the deployment stays on one line, whatever it contains. */
const block = ({ id, severity, seen: what, why, fix }: Finding, paint: Paint): string => {
  const seen = visible(what);
  const mark = colorOf(severity, paint)(MARKS[severity]);
  const head = `${mark} ${severity === 'good' ? seen : paint.strong(seen)} ${paint.faint(`[${id}]`)}`;
  if (severity === 'good') return head;
  return [head, `    ${why}`, ...fixLines(fix), ''].join('\n');
};

const colorOf = (severity: Severity, paint: Paint): ((text: string) => string) =>
  ({ problem: paint.bad, warning: paint.risky, note: paint.faint, good: paint.good })[severity];

const fixLines = (fix: Fix): string[] =>
  (['topology', 'traefik', 'node'] as const).flatMap((where) =>
    fix[where] === undefined ? [] : [`    ${`${where}:`.padEnd(10)}${visible(fix[where])}`],
  );

export const verdictOf = (findings: readonly Finding[]): string => {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const sessionless = findings.some(({ id }) => id === 'no-sessions');
  const verdict = sessionless ? 'no sessions here' : 'sessions stay at their nodes';
  if (problems + warnings === 0) return `nothing is wrong: ${verdict}`;
  const lost = findings.some(({ id }) => ['session-lost', 'lost-on-reconnect', 'cookie-only'].includes(id));
  const parts = [
    ...(problems > 0 ? [many(problems, 'problem')] : []),
    ...(warnings > 0 ? [many(warnings, 'warning')] : []),
  ];
  return `${parts.join(', ')}; ${lost ? 'clients lose their sessions' : verdict}`;
};

const ending = (findings: readonly Finding[], { requests, sessions }: Count, paint: Paint): string => {
  const bad = findings.some(({ severity }) => severity === 'problem');
  const sent = `${many(requests, 'request')} sent, ${many(sessions.opened, 'session')} opened and ${sessions.closed} closed`;
  return `\n${(bad ? paint.bad : paint.good)(verdictOf(findings))} ${paint.faint(`(${sent})`)}`;
};
