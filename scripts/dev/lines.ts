/** The events of the cluster as lines for people. */

import { jsonObject } from '../../shared/json-object.ts';
import type { Paint } from '../cli/paint.ts';
import type { ClusterEvent } from '../cluster/cluster.ts';
import type { SeenRequest } from './request.ts';

/** The source of a line, and the line. */
export type Line = { readonly from: string; readonly text: string };

export const eventLine = (event: ClusterEvent, paint: Paint): Line | undefined => {
  if (event.kind === 'line') return logLine(event.from, event.line, paint);
  const time = paint.faint(timeOf(event.at));
  if (event.kind === 'node') return { from: event.node, text: `${time} ${stateText(event, paint)}` };
  if (event.kind === 'instance') return { from: event.instance, text: `${time} ${stateText(event, paint)}` };
  if (event.kind === 'waiting') return { from: event.instance, text: `${time} ${waitingText(event)}` };
  if (event.kind === 'draining')
    return {
      from: event.node,
      text: `${time} ${event.draining ? paint.risky('draining: no new sessions, its own continue') : paint.good('takes new sessions again')}`,
    };
  if (event.kind === 'redis')
    return {
      from: 'redis',
      text: `${time} ${event.up ? paint.good('up again, but empty: the nodes write their sessions again') : paint.risky('stopped: live sessions continue, their records wait')}`,
    };
  return { from: 'files', text: `${time} written: ${event.files.join(', ')}` };
};

export const waitingText = ({ url, line }: Extract<ClusterEvent, { kind: 'waiting' }>): string =>
  `no answer at ${new URL(url).host} yet${line === '' ? ', and no output' : `; its last line: ${line}`}`;

const stateText = ({ state, detail }: Extract<ClusterEvent, { kind: 'node' | 'instance' }>, paint: Paint): string => {
  const mark = { up: paint.good, down: paint.bad, frozen: paint.risky, starting: paint.faint, stopping: paint.faint };
  const lines = (detail ?? '').split('\n').filter((line) => line !== '');
  const [first, ...rest] = lines;
  const sentence = rest.map((line) => `\n    ${line}`).join('');
  return `${mark[state](state)}${first === undefined ? '' : `: ${first}`}${sentence}`;
};

const LEVELS: Readonly<Record<number, 'faint' | 'risky' | 'bad'>> = { 40: 'risky', 50: 'bad', 60: 'bad' };

/** Formats a JSON line of pino as time, message and fields; leaves any other line unchanged. */
export const logLine = (from: string, line: string, paint: Paint): Line => {
  const fields = jsonObject(line);
  if (fields === undefined) return { from, text: line };
  const { level, time, msg, message, event, err, ...rest } = fields;
  const { message: error, stack } = (err ?? {}) as { readonly message?: unknown; readonly stack?: unknown };
  const pairs = Object.entries({ ...rest, ...(error !== undefined && { error }) });
  const shown = pairs.map(([key, value]) => paint.faint(`${key}=${plain(value)}`)).join(' ');
  const sentence = String(msg ?? message ?? event ?? '');
  const role = LEVELS[Number(level)] ?? TRAEFIK_LEVELS[String(level)];
  const at = typeof time === 'number' ? time : Date.parse(String(time));
  const text = [paint.faint(timeOf(at)), role === undefined ? sentence : paint[role](sentence), shown];
  const places = placesIn(stack).map((place) => `\n    ${paint.faint(place)}`);
  return { from, text: text.filter((part) => part !== '').join(' ') + places.join('') };
};

const MAX_PLACES = 4;

/** The frames of a stack that are in the team's own code, not in Node or a package. */
const placesIn = (stack: unknown): readonly string[] =>
  (typeof stack === 'string' ? stack.split('\n') : [])
    .map((line) => line.trim())
    .filter((line) => /^at .*:\d+/.test(line) && !/\bnode:|[\\/]node_modules[\\/]/.test(line))
    .slice(0, MAX_PLACES);

const TRAEFIK_LEVELS: Readonly<Record<string, 'risky' | 'bad'>> = { warn: 'risky', error: 'bad', fatal: 'bad' };

export const requestLine = (seen: SeenRequest, proxy: string, paint: Paint): Line => {
  const { at, method, target, status, milliseconds, node, router, reason } = seen;
  const role = status >= 500 ? 'bad' : status >= 400 ? 'risky' : 'good';
  const why = [router, reason].filter((part) => part !== undefined).join(', ');
  const text = [
    paint.faint(timeOf(at)),
    method.padEnd(6),
    target,
    '→',
    node === undefined ? paint.risky('nobody') : paint.name(node),
    paint[role](String(status)),
    `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`,
    paint.faint(`(${why})`),
  ];
  return { from: proxy, text: text.join(' ') };
};

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const timeOf = (at: number): string =>
  Number.isNaN(at)
    ? '--:--:--.---'
    : new Date(at).toTimeString().slice(0, 8) + new Date(at).toISOString().slice(19, 23);
