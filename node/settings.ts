import { parseArgs } from 'node:util';
import { type NodeId, parseNodeId } from '../shared/registry/session-id.ts';
import { BODY_BOUNDS } from './core/json-bounds.ts';

export type NodeSettings = {
  readonly name: NodeId;
  readonly host: string;
  readonly port: number;
  /** As Traefik's file names this node. Empty: where it listens. */
  readonly url: string;
  readonly redis: string | undefined;
  /** Where the MCP endpoint is. */
  readonly mcpPath: string;
  readonly publicHosts: readonly string[];
  readonly origins: readonly string[];
  readonly cookie: string;
  readonly maxSessions: number;
  readonly idleMs: number;
  readonly stopDelayMs: number;
  readonly graceMs: number;
  /** Module that exports `createServer`. */
  readonly server: string | undefined;
  /** Topology by which it tells Traefik of itself. */
  readonly announce: string | undefined;
  readonly logLevel: string;
  readonly json: boolean;
};

export type SettingsRead =
  | { readonly kind: 'run'; readonly settings: NodeSettings }
  | { readonly kind: 'help' }
  | { readonly kind: 'misuse'; readonly problem: string };

type Option = { readonly text: string; readonly fallback: string };

const OPTIONS: Readonly<Record<string, Option>> = {
  name: { text: 'its name, in front of its session ids', fallback: 'n1' },
  host: { text: 'address to listen on', fallback: '127.0.0.1' },
  port: { text: 'port to listen on; 0 for a free one', fallback: '8081' },
  url: { text: 'its URL, to the letter as in the Traefik file', fallback: '' },
  redis: { text: 'Redis of the registry; else one is started', fallback: '' },
  'mcp-path': { text: 'where the MCP endpoint is', fallback: '/mcp' },
  'public-hosts': { text: 'hosts that clients may ask for, by comma', fallback: '' },
  origins: { text: 'further origins that browsers may come from', fallback: '' },
  cookie: { text: 'name of the sticky cookie', fallback: '_mcp_backend' },
  'max-sessions': { text: 'sessions it holds at most', fallback: '10000' },
  'idle-seconds': { text: 'a session unused for so long ends', fallback: '1800' },
  'stop-delay-seconds': { text: 'between not ready and the end, at least', fallback: '1' },
  'grace-seconds': { text: 'for running calls when it stops, at most', fallback: '20' },
  server: { text: 'your module, which exports createServer; else an example', fallback: '' },
  announce: { text: 'topology by which it tells Traefik of itself, in Redis', fallback: '' },
  'log-level': { text: 'trace, debug, info, warn, error', fallback: 'info' },
};

const variableOf = (name: string): string =>
  name === 'redis' ? 'REDIS_URL' : `MOORING_${name.toUpperCase().replaceAll('-', '_')}`;

export const HELP = `Usage: npm run node -- [options]

An MCP node: holds sessions, keeps the registry of them in Redis.

${Object.entries(OPTIONS)
  .map(([name, { text, fallback }]) => `  --${name.padEnd(20)}${text}${fallback ? ` (${fallback})` : ''}`)
  .join('\n')}
  --json                one JSON object an event on standard output
  --help                this text

Each has an environment variable as well: ${variableOf('max-sessions')} for --max-sessions; --redis is ${variableOf('redis')}.
A body has at most ${BODY_BOUNDS}
SIGUSR2 ends all connections, and no session. Ends with 0 after SIGTERM, 1 when it cannot start, 2 when it is called wrongly.
`;

export const readSettings = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SettingsRead => {
  try {
    const options = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' as const }]));
    const flags = { json: { type: 'boolean' as const }, help: { type: 'boolean' as const } };
    const { values } = parseArgs({ args: [...args], options: { ...options, ...flags }, strict: true });
    if (values.help) return { kind: 'help' };
    const textOf = (name: string): string =>
      (values as Readonly<Record<string, string | boolean | undefined>>)[name]?.toString() ??
      env[variableOf(name)] ??
      (OPTIONS[name] as Option).fallback;
    return { kind: 'run', settings: { ...complete(textOf), json: values.json === true } };
  } catch (error) {
    return { kind: 'misuse', problem: (error as Error).message };
  }
};

const complete = (textOf: (name: string) => string): Omit<NodeSettings, 'json'> => {
  const name = parseNodeId(textOf('name'));
  if (!name) throw new SettingsError('name', 'letters, digits, - and _, at most 64');
  const numberOf = (option: string, most: number): number => {
    const text = textOf(option);
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value > most) throw new SettingsError(option, `a number up to ${most}`);
    return value;
  };
  const url = textOf('url');
  if (url !== '' && !/^https?:\/\/[^/\s\p{C}][^\s\p{C}]*$/u.test(url))
    throw new SettingsError('url', 'an absolute http or https URL');
  const mcpPath = textOf('mcp-path');
  if (!/^\/[^\s?#]*[^\s?#/]$/.test(mcpPath))
    throw new SettingsError('mcp-path', 'a path that begins with / and ends without');
  return {
    name,
    url,
    mcpPath,
    host: textOf('host'),
    port: numberOf('port', 65_535),
    redis: textOf('redis') || undefined,
    publicHosts: listOf(textOf('public-hosts')),
    origins: listOf(textOf('origins')),
    cookie: textOf('cookie'),
    maxSessions: numberOf('max-sessions', 1_000_000),
    idleMs: numberOf('idle-seconds', 1_000_000) * 1000,
    stopDelayMs: numberOf('stop-delay-seconds', 3600) * 1000,
    graceMs: numberOf('grace-seconds', 86_400) * 1000,
    server: textOf('server') || undefined,
    announce: textOf('announce') || undefined,
    logLevel: textOf('log-level'),
  };
};

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

class SettingsError extends Error {
  readonly code = 'NODE_SETTINGS';
  constructor(option: string, wanted: string) {
    super(`--${option} (or ${variableOf(option)}) must be ${wanted}`);
  }
}
