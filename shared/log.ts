import pino, { type DestinationStream, type Logger } from 'pino';
import { forTerminal, visible } from './terminal-text.ts';

export type Log = Logger;

export type LogOptions = {
  readonly level?: string;
  /** One JSON object a line, or Traefik's own `common` lines for people. */
  readonly format?: 'json' | 'common';
  readonly destination?: DestinationStream;
};

/** Keys whose values are removed from every log, at any depth that we log. */
const REDACTED = [
  'cookie',
  'authorization',
  'password',
  '*.cookie',
  '*.authorization',
  '*.password',
  '*["set-cookie"]',
];

/** The only use of pino. Logs go to stderr, so that stdout is free for the program's output. */
export const createLog = (options: LogOptions = {}): Log => {
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true });
  return pino(
    { level: options.level ?? 'info', base: null, redact: { paths: REDACTED, censor: '[redacted]' } },
    // Messages contain text from others, and may be shown in a terminal.
    {
      write: (line) =>
        destination.write(forTerminal(options.format === 'common' ? commonLine(line) : line, { color: false })),
    },
  );
};

export const silentLog = (): Log => pino({ level: 'silent' });

const LEVELS: Readonly<Record<number, string>> = { 10: 'TRC', 20: 'DBG', 30: 'INF', 40: 'WRN', 50: 'ERR', 60: 'FTL' };

/** `2026-11-21T07:00:00Z ERR message key=value`, the format of Traefik's log when it is not JSON. */
const commonLine = (line: string): string => {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const fields = { ...(isError(err) && { error: err.message }), ...rest };
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${plain(value)}`);
  const at = new Date(time as number).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${visible([at, LEVELS[level as number] ?? '???', msg, ...pairs].join(' '))}\n`;
};

const isError = (value: unknown): value is { message: string } =>
  typeof value === 'object' && value !== null && 'message' in value;

const plain = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[\s"]/.test(text) ? JSON.stringify(text) : text;
};
