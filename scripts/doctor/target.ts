import { Misuse } from '../cli/misuse.ts';

export type Target = {
  readonly origin: string;
  readonly host: string;
  readonly path: string;
  readonly secure: boolean;
  /** Only programs on this machine can reach it, including every page in a browser. */
  readonly loopback: boolean;
};

/** The URL's path, if there is one, is the endpoint. */
export const readTarget = (text: string, mcpPath: string | undefined): Target => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Misuse(`${JSON.stringify(text)} is not a URL: write http://… or https://… before the host`);
  if (url.username !== '') throw new Misuse(`no password in the URL: use --header 'Authorization: Basic …'`);
  const own = url.pathname === '/' ? undefined : `${url.pathname}${url.search}`;
  if (own !== undefined && mcpPath !== undefined && own !== mcpPath)
    throw new Misuse(`the URL has the path ${own} and --mcp-path is ${mcpPath}: use one of the two`);
  const path = mcpPath ?? own ?? '/mcp';
  if (!path.startsWith('/')) throw new Misuse(`--mcp-path begins with a slash: /${path}`);
  const secure = url.protocol === 'https:';
  return { origin: url.origin, host: url.host, path, secure, loopback: isLoopback(url.hostname) };
};

const isLoopback = (name: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$|\.localhost$/.test(name);
