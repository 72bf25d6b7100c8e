/** The output of a running cluster: lines for people, or one JSON object per line for programs. */

import { jsonObject } from '../../shared/json-object.ts';
import { paintWith } from '../cli/paint.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { ClusterEvent } from '../cluster/cluster.ts';
import type { Outcome } from './actions.ts';
import { type Banner, bannerText } from './banner.ts';
import { LineLimit } from './line-limit.ts';
import { eventLine, type Line, requestLine } from './lines.ts';
import type { SeenRequest } from './request.ts';

export type Ready = Banner & { readonly event: Readonly<Record<string, unknown>> };

export type Output = {
  starting(text: string): void;
  ready(ready: Ready): void;
  happened(event: ClusterEvent): void;
  request(seen: SeenRequest): void;
  /** The answer to a key, a change of the files, a message at the end. */
  note(text: string): void;
  outcome(action: string, outcome: Outcome): void;
  trouble(text: string): void;
};

export const jsonOutput = (terminal: Terminal): Output => {
  const print = (value: object): void => terminal.print(JSON.stringify(value));
  return {
    starting: () => undefined,
    ready: ({ event }) => print(event),
    happened: (event) => print(jsonEvent(event)),
    request: (seen) => print({ event: 'request', ...seen }),
    note: (text) => print({ event: 'note', text }),
    outcome: (action, { text, data }) => print({ event: 'action', action, text, data }),
    trouble: (text) => print({ event: 'trouble', text }),
  };
};

const jsonEvent = (event: ClusterEvent): object => {
  if (event.kind !== 'line') {
    const { kind, ...rest } = event;
    return { event: kind, ...rest };
  }
  const { at, from, line } = event;
  const log = jsonObject(line);
  return log === undefined ? { event: 'line', at, from, line } : { event: 'log', at, from, log };
};

/** Width of the longest name at the start of a line. */
export const NAME_WIDTH = { own: 'traefik'.length, command: 'n1-server'.length };

export const terminalOutput = (terminal: Terminal, width: number = NAME_WIDTH.own): Output => {
  const paint = paintWith(terminal.color);
  const gate = new LineLimit();
  const prefix = (from: string): string => `${paint.name(from, from.padEnd(width))} ${paint.faint('│')} `;
  const print = ({ from, text }: Line): void =>
    terminal.print(
      text
        .split('\n')
        .map((line) => `${prefix(from)}${line}`)
        .join('\n'),
    );
  const printGated = (line: Line): void => {
    const passed = gate.pass(Date.now());
    if (passed === undefined) return;
    if (passed.held > 0) print({ from: line.from, text: paint.faint(`… ${passed.held} lines more`) });
    print(line);
  };
  const down = new Set<string>();
  return {
    starting: (text) => terminal.print(paint.faint(text)),
    ready: (banner) => terminal.print(bannerText(banner, paint)),
    happened: (event) => {
      if (isRepetition(event, down)) return;
      const line = eventLine(event, paint);
      if (line !== undefined) (event.kind === 'line' ? printGated : print)(line);
    },
    request: (seen) => printGated(requestLine(seen, 'router', paint)),
    note: (text) => terminal.print(text),
    outcome: (_, { text }) => terminal.print(text),
    trouble: (text) => terminal.print(paint.bad(text)),
  };
};

/**
 * A health check fails every second in every service: it is printed once, and again after it has succeeded. Nodes
 * report their Redis too, but we chose it for them.
 */
const isRepetition = (event: ClusterEvent, down: Set<string>): boolean => {
  if (event.kind !== 'line') return false;
  const { msg, targetURL, redis } = jsonObject(event.line) ?? {};
  if (redis === 'given') return true;
  const target = String(targetURL);
  const known = down.has(target);
  if (msg === 'Health check failed.') {
    down.add(target);
    return known;
  }
  if (String(msg).endsWith('to UP')) return !down.delete(target);
  return false;
};
