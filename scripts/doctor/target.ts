import { Misuse } from '../cli/misuse.ts';

export type Target = {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly host: string;
  /** Of the MCP endpoint. */
  readonly path: string;
  readonly secure: boolean;
  /** Only programs on this machine reach it, among them every page in a browser here. */
  readonly loopback: boolean;
};

/** The path of the URL, if it has one, is the endpoint's. */
export const readTarget = (text: string, mcpPath: string | undefined): Target => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Misuse(`${JSON.stringify(text)} is no URL: write http://… or https://… in front of the host`);
  if (url.username !== '') throw new Misuse(`no password in the URL: use --header 'Authorization: Basic …'`);
  const own = url.pathname === '/' ? undefined : `${url.pathname}${url.search}`;
  if (own !== undefined && mcpPath !== undefined && own !== mcpPath)
    throw new Misuse(`the URL says ${own} and --mcp-path says ${mcpPath}: leave one of them out`);
  const path = mcpPath ?? own ?? '/mcp';
  if (!path.startsWith('/')) throw new Misuse(`--mcp-path begins with a slash: /${path}`);
  const secure = url.protocol === 'https:';
  return { origin: url.origin, host: url.host, path, secure, loopback: isLoopback(url.hostname) };
};

const isLoopback = (name: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$|\.localhost$/.test(name);
