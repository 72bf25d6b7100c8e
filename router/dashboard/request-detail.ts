import type { HeaderList } from '../core/request/header-list.ts';
import type { ChoiceStep } from '../core/service/service.ts';
import { placeText } from './picture.ts';
import type { SeenRequest } from './requests.ts';

type Header = readonly [name: string, value: string];

export type RequestDetail = {
  readonly id: number;
  readonly client: string;
  readonly host: string;
  readonly entryPoint: string;
  readonly router: string | undefined;
  readonly rule: string | undefined;
  readonly at: string;
  readonly server: string | undefined;
  readonly steps: readonly ChoiceStep[];
  readonly requestHeaders: readonly Header[];
  readonly responseHeaders: readonly Header[];
  readonly bytes: number;
  readonly curl: string;
};

/** Where it went and why, with the line of the file that caused it, and a command that repeats it. */
export const detailOf = (seen: SeenRequest, entryUrl: string): RequestDetail => {
  const { route } = seen;
  return {
    id: seen.id,
    client: seen.client,
    host: seen.host,
    entryPoint: seen.entryPoint,
    router: seen.router,
    rule: route?.rule.text,
    at: placeText(route?.config.at),
    server: seen.url,
    steps: seen.steps,
    requestHeaders: masked(seen.requestHeaders),
    responseHeaders: masked(seen.responseHeaders),
    bytes: seen.bytes,
    curl: curlOf(seen, entryUrl),
  };
};

const SECRET = new Set(['authorization', 'proxy-authorization']);

const masked = (headers: HeaderList | undefined): Header[] =>
  headers === undefined ? [] : [...headers].map(([name, value]) => [name, SECRET.has(name) ? 'not shown' : value]);

/** Set by the connection, or by curl itself. */
const NOT_SENT = new Set(['connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'host']);
const ADDED = /^x-(forwarded|real)-/;

/** Bodies are not kept: the command has a placeholder for one, and takes a secret from the shell's environment. */
const curlOf = (seen: SeenRequest, entryUrl: string): string => {
  const { requestHeaders: headers } = seen;
  const entry = new URL(entryUrl);
  const parts = ['curl -i'];
  if (entry.protocol === 'https:') parts.push('-k');
  if (seen.method !== 'GET') parts.push(`-X ${quoted(seen.method)}`);
  parts.push(quoted(entry.origin + seen.target));
  if (seen.host !== entry.host) parts.push(`-H ${quoted(`Host: ${seen.host}`)}`);
  for (const [name, value] of headers) {
    if (NOT_SENT.has(name) || ADDED.test(name)) continue;
    parts.push(SECRET.has(name) ? `-H "${name}: $AUTHORIZATION"` : `-H ${quoted(`${name}: ${value}`)}`);
  }
  if (headers.has('content-length') || headers.has('transfer-encoding')) parts.push("--data-raw '{}'");
  return parts.join(' \\\n  ');
};

/** Nothing between single quotes is special to a shell, and a header cannot contain a line end. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
