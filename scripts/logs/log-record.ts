import { jsonObject } from '../../shared/json-object.ts';
import { visible } from '../../shared/terminal-text.ts';

/**
 * One line of a JSON access log, Traefik's or the router's: the fields that the report needs, as far as they were
 * logged.
 */
export type LogRecord = {
  readonly status: number;
  readonly originStatus: number;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly router: string | undefined;
  readonly server: string | undefined;
  readonly seconds: number;
  /** Milliseconds since the epoch; NaN if it is missing. */
  readonly at: number;
  readonly session: Kept;
  readonly opened: Kept;
  /** The start of the session's id, which our nodes put into their answers. */
  readonly tag: Kept;
  readonly cookie: Kept;
  readonly agent: string;
  readonly contentType: string;
};

/** A header as logged: its value, the fact that it was there, or nothing. */
export type Kept =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'redacted' }
  | { readonly kind: 'absent' };

/** MCP allows 128; a client may send anything, and we store it. */
const LONGEST_ID = 160;
const ABSENT: Kept = { kind: 'absent' };
const NANOSECONDS = 1e9;

/** undefined: not a line of an access log. */
export const parseLogLine = (line: string): LogRecord | undefined => {
  const fields = jsonObject(line);
  if (fields === undefined || typeof fields.DownstreamStatus !== 'number') return undefined;
  const text = (name: string): string | undefined =>
    typeof fields[name] === 'string' ? visible(fields[name]) : undefined;
  const number = (name: string): number => (typeof fields[name] === 'number' ? fields[name] : 0);
  return {
    status: fields.DownstreamStatus,
    originStatus: number('OriginStatus'),
    method: text('RequestMethod') ?? '',
    path: text('RequestPath') ?? '',
    host: text('RequestHost') ?? '',
    router: text('RouterName'),
    server: text('ServiceURL'),
    seconds: number('Duration') / NANOSECONDS,
    at: Date.parse(text('StartUTC') ?? text('time') ?? ''),
    session: kept(text('request_Mcp-Session-Id')),
    opened: kept(text('downstream_Mcp-Session-Id') ?? text('origin_Mcp-Session-Id')),
    tag: kept(text('downstream_X-Mooring-Session') ?? text('origin_X-Mooring-Session')),
    cookie: kept(text('request_Cookie')),
    agent: text('request_User-Agent') ?? '',
    contentType: text('downstream_Content-Type') ?? text('origin_Content-Type') ?? '',
  };
};

const kept = (value: string | undefined): Kept => {
  if (value === undefined) return ABSENT;
  return value === 'REDACTED' ? { kind: 'redacted' } : { kind: 'value', value: value.slice(0, LONGEST_ID) };
};
