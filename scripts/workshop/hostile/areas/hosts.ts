/** Third-party servers behind a node: a malicious one over HTTP, and misbehaving programs over stdio. */
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { Area, HostileCase } from '../area.ts';
import { LyingOrigin } from '../rigs/lying-origin.ts';
import { type NodeProcess, startNodeProcess } from '../rigs/node-process.ts';
import { headerOf, idOf, initialize, rpc, send, statusOf } from '../rigs/raw-mcp.ts';
import { HONEST_SCRIPT, SCRIPTS, SESSION_LIES, type SessionLie } from './host-lies.ts';
import { askHonestly, LYING, type Servers } from './servers.ts';

type Hosts = Servers & {
  readonly speaker: LyingOrigin;
  readonly upstream: NodeProcess;
  readonly programs: NodeProcess;
};

/** How long a client waits for the rest of an answer that never arrives. */
const ENOUGH_MS = 1_000;

const open = async (): Promise<Hosts> => {
  const origin = new LyingOrigin();
  const speaker = new LyingOrigin({ lieOf: (head) => headerOf(head, 'x-lie') ?? '', honestly: speak });
  const [plain, upstream, programs] = await Promise.all([
    startNodeProcess(['--name', 'n1', '--public-hosts', 'l', '--upstream', `${await origin.listen()}/mcp`]),
    startNodeProcess(['--name', 'n2', '--upstream', `${await speaker.listen()}/mcp`]),
    startNodeProcess(['--name', 'n3', '--env', 'PATH=/usr/bin:/bin', '--stdio', '--', '/bin/sh', '-c', PROGRAM]),
  ]);
  return {
    ...{ port: plain.port, origin, speaker, upstream, programs },
    watched: [plain, upstream, programs].map(({ watched }) => ({
      ...watched,
      printed: () => complaints(watched.printed()),
    })),
    honest: async () => {
      await askHonestly(plain.port);
      await converse(upstream.port, 'honest');
      await converse(programs.port, scripted(HONEST_SCRIPT));
    },
    closeIdle: async () => {
      origin.dropConnections();
      speaker.dropConnections();
    },
    close: async () => {
      await Promise.all([plain, upstream, programs].map((one) => one.stop()));
      await Promise.all([origin.close(), speaker.close()]);
    },
  };
};

/** A malformed answer of a server is logged with our HTTP client's error, and the client gets 500. */
const complaints = (printed: string): string => printed.replace(/^.*did not answer"\}$/gm, '');

let sessions = 0;
/** A minimal MCP server. */
const speak = (head: string, body: string): string => {
  const { method, id } = body === '' ? { method: '', id: undefined } : (JSON.parse(body) as Record<string, unknown>);
  if (id === undefined) return `HTTP/1.1 ${body === '' ? '200 OK' : '202 Accepted'}\r\nContent-Length: 0\r\n\r\n`;
  const answer = JSON.stringify({ jsonrpc: '2.0', id, result: { of: headerOf(head, 'mcp-session-id') ?? '' } });
  const named = method === 'initialize' ? `Mcp-Session-Id: honest-${sessions++}\r\n` : '';
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${named}Content-Length: ${answer.length}\r\n\r\n${answer}`;
};

/** The client's name selects the script, so one node serves every case. */
const PROGRAM =
  String.raw`read -r first; name=\${first#*'"name":"'}; eval "$(echo "\${name%%'"'*}" | base64 -d)"`.replaceAll(
    '\\$',
    '$',
  );
const scripted = (script: string): string => Buffer.from(script).toString('base64');

/** Opens a session, makes a call and closes it; throws if a step fails. */
const converse = async (port: number, name: string): Promise<void> => {
  const opened = await send(port, { body: initialize(name) });
  const session = idOf(opened);
  if (session === undefined) throw new Error(`no session: ${JSON.stringify(opened.answers[0])}`);
  const { answers } = await send(port, { session, body: rpc('tools/list') });
  if (answers[0]?.status !== 200 || !answers[0].body.includes('"id":7'))
    throw new Error(`a session of its own got ${JSON.stringify(answers[0])}`);
  await send(port, { session, method: 'DELETE' });
};

/** The statuses of initialize and of a call, the client's session id, and whether ids of other sessions showed up. */
const lieInSession = async ({ speaker, upstream }: Hosts, lie: SessionLie) => {
  const headers = [`X-Lie: ${speaker.prepare(lie)}`];
  const told = (at: SessionLie['at']): readonly string[] => (lie.at === at ? headers : []);
  const opened = await send(upstream.port, { body: initialize(), headers: told('initialize') }, ENOUGH_MS);
  const session = idOf(opened);
  const given = session === undefined ? 'no id' : session.replace(/honest-\d+/, 'honest');
  if (session === undefined) return { opened: statusOf(opened), given };
  const called = await send(upstream.port, { session, body: rpc('tools/list'), headers: told('call') }, ENOUGH_MS);
  await send(upstream.port, { session, method: 'DELETE' });
  return { opened: statusOf(opened), given, called: statusOf(called), renamed: idOf(called) ?? 'no id' };
};

const UPSTREAM = SESSION_LIES.map(
  (lie): HostileCase<Hosts> => ({
    name: `a server with sessions: ${lie.name}`,
    play: async (rig, tally): Promise<Pattern> => {
      const seen = await lieInSession(rig, lie);
      tally.saw = JSON.stringify(seen);
      return seen;
    },
    expect: lie.expect,
  }),
);

const PROGRAMS = SCRIPTS.map(
  ({ name, script, expect }): HostileCase<Hosts> => ({
    name: `a program that ${name}`,
    play: async ({ programs }, tally): Promise<Pattern> => {
      const opened = await send(programs.port, { body: initialize(scripted(script)) });
      const session = idOf(opened);
      const called = session && statusOf(await send(programs.port, { session, body: rpc('tools/list') }));
      if (session) await send(programs.port, { session, method: 'DELETE' });
      const seen = `${statusOf(opened)} ${called ?? ''}`.trim();
      tally.saw = seen;
      return seen;
    },
    expect,
  }),
);

const PLAIN = LYING.map(({ name, ...one }): HostileCase<Hosts> => ({ ...one, name: `a plain server: ${name}` }));

export const hosts: Area<Hosts> = {
  name: 'hosts',
  subjects: ['router'],
  open,
  cases: () => [...PLAIN, ...UPSTREAM, ...PROGRAMS],
};
