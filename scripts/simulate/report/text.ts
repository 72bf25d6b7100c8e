import type { Check } from '../expectations.ts';
import type { Counts, Figures } from '../figures.ts';

export const figuresText = (figures: Figures): string =>
  figureRows(figures)
    .map(([name, text]) => `  ${name.padEnd(10)} ${text}`)
    .join('\n');

export const figureRows = ({ sessions, calls, ...rest }: Figures): readonly (readonly [string, string])[] => [
  ['clients', `${rest.clients}, ${rest.stranded} stranded, ${rest.without} without a session at the end`],
  ['sessions', `${sessions.opened} opened, ${sessions.kept} kept, ${sessions.lost} lost, ${sessions.moved} moved`],
  ['calls', `${calls.ok} ok, ${calls.failed} failed${inBrackets(calls.causes)}`],
  ['streams', `${rest.streams.opened} opened, ${rest.streams.ended} ended`],
  ['refused', `${total(rest.refused)}${inBrackets(rest.refused)}`],
  ['404', `${total(rest.notFound)}${inBrackets(rest.notFound)}`],
  ['5xx', String(rest.serverErrors)],
  ['misroutes', String(rest.misroutes)],
  ['recovery', recoveryText(rest.recovery)],
];

const recoveryText = ({ count, p50, p99, max }: Figures['recovery']): string =>
  count === 0 ? 'none' : `${count} times: p50 ${p50} ms, p99 ${p99} ms, max ${Math.round(max)} ms`;

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const inBrackets = (counts: Counts): string => {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
};

export const checksText = (checks: readonly Check[]): string =>
  checks
    .map(
      ({ name, wanted, found, holds }) =>
        `  ${holds ? 'holds ' : 'BROKEN'} ${name}: ${wanted} expected, ${found} found`,
    )
    .join('\n');
