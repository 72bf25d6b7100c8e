import { parseArgs } from 'node:util';
import { optionProblem } from '../shared/option-problem.ts';
import { type NodeId, parseNodeId } from '../shared/registry/session-id.ts';
import { splitAtDashes } from '../shared/split-at-dashes.ts';
import { BODY_BOUNDS } from './core/json-bounds.ts';
import { RELAY_SECRET } from './core/shared-keys.ts';
import type { UpstreamOptions } from './host/upstream/way.ts';
import { readStdio, type StdioSettings } from './stdio-settings.ts';

export type NodeSettings = {
  readonly name: NodeId;
  /** In its ids in place of the name. */
  readonly tag: NodeId | undefined;
  readonly host: string;
  readonly port: number;
  /** This node's URL in Traefik's file. Empty: where it listens. */
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
  /** The other server that has the sessions. */
  readonly upstream: UpstreamOptions | undefined;
  /** The program that runs once for each session. */
  readonly stdio: StdioSettings | undefined;
  /** Module that exports `createServer`. */
  readonly server: string | undefined;
  /** File of the keys that seal the state which clients carry. */
  readonly stateKeyFile: string | undefined;
  /** The keys themselves, from the environment: an option would show up in every process list. */
  readonly stateKeys: string | undefined;
  /** In lower case. */
  readonly principalHeader: string | undefined;
  /** Topology with which it registers itself with Traefik. */
  readonly announce: string | undefined;
  /** Topology that says what to do with misroutes, and lists the other nodes. */
  readonly topology: string | undefined;
  readonly logLevel: string;
  readonly json: boolean;
};

export type SettingsRead =
  | { readonly kind: 'run'; readonly settings: NodeSettings }
  | { readonly kind: 'help' }
  | { readonly kind: 'misuse'; readonly problem: string };

type Option = { readonly text: string; readonly fallback: string };

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error'];

const OPTIONS: Readonly<Record<string, Option>> = {
  name: { text: 'its name, at the start of its session ids', fallback: 'n1' },
  tag: { text: 'replaces the name in its ids, which then do not reveal it; as in the topology', fallback: '' },
  host: { text: 'address to listen on', fallback: '127.0.0.1' },
  port: { text: 'port to listen on, 0 for a free one (that of --url, else 8081)', fallback: '' },
  url: { text: "its URL, exactly as in Traefik's file", fallback: '' },
  redis: { text: 'Redis of the registry; without it, one is started', fallback: '' },
  upstream: { text: 'MCP endpoint of another server, in any language', fallback: '' },
  era: { text: 'sessions, or both if it supports protocol 2026-07-28 too', fallback: 'sessions' },
  'health-path': { text: 'its health check; any answer means that it is alive', fallback: '/healthz' },
  'health-status': { text: 'the only status that means that it is alive', fallback: '' },
  'health-port': { text: 'another port for its health check', fallback: '' },
  'mcp-path': { text: 'path of the MCP endpoint (that of --upstream, else /mcp)', fallback: '' },
  'public-hosts': { text: 'hosts that clients may use, separated by commas', fallback: '' },
  origins: { text: 'further origins of clients in browsers', fallback: '' },
  cookie: { text: 'name of the sticky cookie', fallback: '_mcp_backend' },
  'max-sessions': { text: 'limit of sessions (10000; with --stdio 32)', fallback: '' },
  'idle-seconds': { text: 'a session ends after this long without use', fallback: '1800' },
  'stop-delay-seconds': { text: 'at a stop: minimum time from not ready to the end', fallback: '1' },
  'grace-seconds': { text: 'at a stop: time limit for running calls', fallback: '20' },
  server: { text: 'your module, which exports createServer; else an example', fallback: '' },
  'start-seconds': { text: 'time limit for a program of --stdio to answer initialize', fallback: '60' },
  'request-state-key-file': { text: 'keys that all nodes share, one per line; the first one seals', fallback: '' },
  'principal-header': { text: 'header in which an authenticating proxy names the caller', fallback: '' },
  announce: { text: 'topology for registering itself with Traefik, in Redis', fallback: '' },
  topology: { text: 'topology with the other nodes and the setting for misroutes', fallback: '' },
  'log-level': { text: LEVELS.join(', '), fallback: 'info' },
};
const KNOWN = [...Object.keys(OPTIONS), 'pass-host-header', 'stdio', 'env', 'json', 'help'];

const STATE_KEYS = 'MOORING_REQUEST_STATE_KEYS';

const variableOf = (name: string): string =>
  name === 'redis' ? 'REDIS_URL' : `MOORING_${name.toUpperCase().replaceAll('-', '_')}`;

export const HELP = `Usage: npm run node -- [options]
       npm run node -- [options] --stdio -- PROGRAM …

Runs an MCP node: it holds sessions and records them in a registry in Redis.

${Object.entries(OPTIONS)
  .map(([name, { text, fallback }]) => `  --${name.padEnd(23)}${text}${fallback ? ` (${fallback})` : ''}`)
  .join('\n')}
  --pass-host-header       --upstream gets the client's Host and checks it; otherwise this node checks Host and Origin
  --stdio                  starts PROGRAM for each session; it speaks MCP on standard input and output
  --env NAME[=VALUE]       passes a variable to PROGRAM, which otherwise gets PATH and HOME only; may be repeated
  --json                   one JSON object per event on stdout
  --help                   this text

Every option has an environment variable, such as ${variableOf('max-sessions')} for --max-sessions; --redis is ${variableOf('redis')}.
A body has at most ${BODY_BOUNDS}
${STATE_KEYS} holds the keys of --request-state-key-file themselves, separated by commas.
${RELAY_SECRET} is the secret of nodes that relay misroutes, instead of relaySecretFile in the topology.
SIGUSR2 ends all connections, but no session. Exits with 0 after SIGTERM, 1 when it cannot start, 2 for wrong usage.
`;

export const readSettings = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SettingsRead => {
  try {
    const options = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' as const }]));
    const flag = { type: 'boolean' as const };
    const flags = { 'pass-host-header': flag, stdio: flag, json: flag, help: flag };
    const { own, command } = splitAtDashes(args);
    const { values } = parseArgs({ args: own, options: { ...options, ...flags, env: ENV }, strict: true });
    if (values.help) return { kind: 'help' };
    const textOf = (name: string): string =>
      (values as Readonly<Record<string, string | boolean | undefined>>)[name]?.toString() ??
      env[variableOf(name)] ??
      (OPTIONS[name] as Option).fallback;
    const passHostHeader = values['pass-host-header'] === true;
    const named = [values.env ?? []].flat() as string[];
    const stdio = readStdio({ asked: values.stdio === true, command, env: named, around: env });
    const given = { passHostHeader, stdio };
    const rest = { stateKeys: env[STATE_KEYS] || undefined, json: values.json === true };
    return { kind: 'run', settings: { ...complete(textOf, given), ...rest } };
  } catch (error) {
    return { kind: 'misuse', problem: optionProblem(error, KNOWN) ?? (error as Error).message };
  }
};

const ENV = { type: 'string' as const, multiple: true };

type Given = { readonly passHostHeader: boolean; readonly stdio: Omit<StdioSettings, 'startMs'> | undefined };

const complete = (
  textOf: (name: string) => string,
  { passHostHeader, stdio }: Given,
): Omit<NodeSettings, 'json' | 'stateKeys'> => {
  const nodeIdOf = (option: string): NodeId => {
    const id = parseNodeId(textOf(option));
    if (id) return id;
    throw new SettingsError(option, 'letters, digits, - and _, at most 64');
  };
  const numberOf = (option: string, most: number, otherwise = ''): number => {
    const text = textOf(option) || otherwise;
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value > most) throw new SettingsError(option, `a number up to ${most}`);
    return value;
  };
  const wholeNumberOf = (option: string, most: number, otherwise = ''): number => {
    const text = textOf(option) || otherwise;
    if (!/^\d+$/.test(text)) throw new SettingsError(option, `a whole number up to ${most}`);
    return numberOf(option, most, otherwise);
  };
  const url = textOf('url');
  if (url !== '' && !/^https?:\/\/[^/\s\p{C}][^\s\p{C}]*$/u.test(url))
    throw new SettingsError('url', 'an absolute http or https URL');
  const upstream = upstreamOf(textOf, passHostHeader);
  const mcpPath = textOf('mcp-path') || (upstream ? pathOf(upstream) : '/mcp');
  if (!/^\/([^\s?#]*[^\s?#/])?$/.test(mcpPath))
    throw new SettingsError('mcp-path', 'a path that begins with / and ends without');
  if (stdio && (upstream || textOf('server') !== ''))
    throw new Error('--stdio, --server and --upstream: a node has one of the three');
  const logLevel = textOf('log-level');
  if (!LEVELS.includes(logLevel)) throw new SettingsError('log-level', `one of ${LEVELS.join(', ')}`);
  return {
    name: nodeIdOf('name'),
    tag: textOf('tag') === '' ? undefined : nodeIdOf('tag'),
    url,
    mcpPath,
    host: textOf('host'),
    port: wholeNumberOf('port', 65_535, portOf(url)),
    upstream,
    stdio: stdio && { ...stdio, startMs: numberOf('start-seconds', 86_400) * 1000 },
    redis: textOf('redis') || undefined,
    publicHosts: listOf(textOf('public-hosts')),
    origins: listOf(textOf('origins')),
    cookie: textOf('cookie'),
    maxSessions: wholeNumberOf('max-sessions', 1_000_000, stdio ? '32' : '10000'),
    idleMs: numberOf('idle-seconds', 1_000_000) * 1000,
    stopDelayMs: numberOf('stop-delay-seconds', 3600) * 1000,
    graceMs: numberOf('grace-seconds', 86_400) * 1000,
    server: textOf('server') || undefined,
    stateKeyFile: textOf('request-state-key-file') || undefined,
    principalHeader: headerOf(textOf('principal-header')),
    announce: textOf('announce') || undefined,
    topology: textOf('topology') || undefined,
    logLevel,
  };
};

/** A node serves plain HTTP; if its URL is https, something in front of it listens on its own port. */
const portOf = (url: string): string => {
  const { protocol, port } = url === '' ? { protocol: '', port: '' } : new URL(url);
  return protocol === 'http:' ? port || '80' : '8081';
};

const upstreamOf = (textOf: (name: string) => string, passHostHeader: boolean): UpstreamOptions | undefined => {
  const url = textOf('upstream');
  const numberOf = (option: string, least: number, most: number): number | undefined => {
    const text = textOf(option);
    const value = Number(text);
    if (text !== '' && (!/^\d+$/.test(text) || value < least || value > most))
      throw new SettingsError(option, `a number from ${least} to ${most}`);
    return text === '' ? undefined : value;
  };
  const era = textOf('era');
  if (era !== 'sessions' && era !== 'both') throw new SettingsError('era', 'sessions or both');
  const path = textOf('health-path');
  if (!/^\/[^\s#]*$/.test(path)) throw new SettingsError('health-path', 'a path that begins with /');
  const health = { path, status: numberOf('health-status', 100, 599), port: numberOf('health-port', 1, 65_535) };
  if (url === '') return undefined;
  if (textOf('server') !== '') throw new SettingsError('upstream', 'without --server: a node has one of the two');
  if (!/^https?:\/\/[^/?#@\s]+(\/[^\s?#]*)?$/.test(url) || !URL.canParse(url))
    throw new SettingsError('upstream', 'the http or https URL of an MCP endpoint: http://127.0.0.1:9000/mcp');
  if (health.port === undefined && path.split('?', 1)[0] === pathOf({ url }))
    throw new SettingsError('health-path', 'another than the MCP endpoint, where a GET opens a stream');
  return { url, era, passHostHeader, health };
};

const pathOf = ({ url }: { readonly url: string }): string => new URL(url).pathname.replace(/\/$/, '') || '/';

const headerOf = (text: string): string | undefined => {
  if (text !== '' && !/^[\w-]+$/.test(text)) throw new SettingsError('principal-header', 'the name of a header');
  return text.toLowerCase() || undefined;
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
