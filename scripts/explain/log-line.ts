import type { Asked } from '../../router/explain/asked.ts';
import { jsonObject } from '../../shared/json-object.ts';
import { Misuse } from '../cli/misuse.ts';

/** Where the proxy that wrote the line sent the request: to compare with what the files say. */
export type Logged = {
  readonly router: string | undefined;
  readonly server: string | undefined;
  readonly status: number | undefined;
};

/** One line of the JSON access log, Traefik's or the router's: the request, as far as it was logged. */
export const readLogLine = (line: string): { readonly asked: Asked; readonly logged: Logged } => {
  const fields = jsonObject(line);
  if (fields === undefined) throw new Misuse('--log takes one line of a JSON access log (accessLog.format: json)');
  const text = (name: string): string | undefined => (typeof fields[name] === 'string' ? fields[name] : undefined);
  const path = text('RequestPath');
  if (path === undefined)
    throw new Misuse('the line has no RequestPath: is it from the access log, and is accessLog.format json?');
  const { kept, redacted } = headersOf(fields);
  const entryPoint = text('entryPointName');
  const from = addressOf(text('ClientAddr')) ?? text('ClientHost');
  const host = text('RequestAddr') ?? text('RequestHost') ?? 'localhost';
  return {
    asked: {
      method: text('RequestMethod'),
      url: `${text('RequestScheme') ?? 'http'}://${host}${path}`,
      headers: kept,
      ...(entryPoint !== undefined && { entryPoint }),
      ...(from !== undefined && { from }),
      notes: notesOf(kept.length, redacted),
    },
    logged: {
      router: text('RouterName'),
      server: text('ServiceURL'),
      status: typeof fields.DownstreamStatus === 'number' ? fields.DownstreamStatus : undefined,
    },
  };
};

/** Headers added by the proxy; it adds them again. */
const MADE_BY_PROXY = /^x-(forwarded-(for|host|port|proto|server)|real-ip)$/i;

const headersOf = (fields: Readonly<Record<string, unknown>>): { kept: [string, string][]; redacted: string[] } => {
  const kept: [string, string][] = [];
  const redacted: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const name = /^request_(.+)$/.exec(key)?.[1];
    if (name === undefined || typeof value !== 'string' || MADE_BY_PROXY.test(name)) continue;
    if (value === 'REDACTED') redacted.push(name);
    else kept.push([name, value]);
  }
  return { kept, redacted };
};

const notesOf = (kept: number, redacted: readonly string[]): string[] => {
  if (redacted.length > 0)
    return [
      `the log redacts ${redacted.join(', ')}, so it is explained without; add what you know with --session, --cookie or -H`,
    ];
  return kept > 0
    ? []
    : [
        'the log has no headers (accessLog.fields.headers.defaultMode is drop): add what you know with --session, --cookie or -H',
      ];
};

const addressOf = (clientAddress: string | undefined): string | undefined =>
  clientAddress?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
