import pino, { type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** Secrets never reach a log: whatever carries these names is replaced, at any of the depths we log at. */
const REDACTED = [
  'cookie',
  'authorization',
  'password',
  '*.cookie',
  '*.authorization',
  '*.password',
  '*["set-cookie"]',
];

/** The only place that knows pino. Logs are JSON lines on stderr, so that stdout stays the program's own. */
export const createLog = (options: { level?: string; destination?: DestinationStream } = {}): Log =>
  pino(
    { level: options.level ?? 'info', base: null, redact: { paths: REDACTED, censor: '[redacted]' } },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  );

export const silentLog = (): Log => pino({ level: 'silent' });
