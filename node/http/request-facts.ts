import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import type { MountedRequest } from './mounted-request.ts';

/** Each value separately: Node joins repeated headers, and drops the second value of some. */
export const headerValues = (req: IncomingMessage, name: string): string[] => {
  const values: string[] = [];
  for (let at = 0; at < req.rawHeaders.length; at += 2)
    if (req.rawHeaders[at]?.toLowerCase() === name) values.push((req.rawHeaders[at + 1] ?? '').trim());
  return values;
};

/** As the client wrote it: an app that mounts a node at a path removes that path from `url`. */
export const askedPath = (req: MountedRequest): string => req.originalUrl ?? req.url ?? '/';

export const readCookie = (req: IncomingMessage, name: string): string | undefined =>
  parseCookie(req.headers.cookie ?? '')[name];

/** The request as the SDK expects it. The host in its URL is fixed: no code should trust what the client wrote. */
export const webRequest = (
  req: IncomingMessage,
  extra: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Request => {
  const headers = new Headers();
  for (const [name, value] of Object.entries({ ...req.headers, ...extra }))
    if (typeof value === 'string') headers.set(name, value);
  return new Request(urlOf(req), { method: req.method ?? 'GET', headers, ...(signal && { signal }) });
};

const urlOf = (req: MountedRequest): URL => {
  const url = new URL('http://node.invalid/');
  const [path = '', ...query] = askedPath(req).split('?');
  url.pathname = path;
  url.search = query.join('?');
  return url;
};
