/**
 * A session belongs to the caller who opened it: every method and path as another caller, with an expired token, none
 * or two.
 */
import { fileURLToPath } from 'node:url';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { Area, HostileCase, Rig } from '../area.ts';
import { type NodeProcess, startNodeProcess } from '../rigs/node-process.ts';
import { idOf, initialize, rpc, send, statusOf } from '../rigs/raw-mcp.ts';

type Guarded = {
  readonly node: NodeProcess;
  readonly owner: readonly string[];
  readonly session: string;
};
type Auth = Rig & Readonly<Record<Guard, Guarded>>;
type Guard = 'authenticator' | 'header';

const OWN_AUTH = fileURLToPath(new URL('../../../../node/test-own-auth.ts', import.meta.url));
const NODES: Readonly<Record<Guard, { readonly args: readonly string[]; readonly owner: readonly string[] }>> = {
  authenticator: { args: ['--name', 'n1', '--server', OWN_AUTH], owner: ['Authorization: Bearer ada'] },
  header: { args: ['--name', 'n2', '--principal-header', 'X-User'], owner: ['X-User: ada'] },
};

/** The callers, and the headers that each sends. */
const CALLERS: Readonly<Record<Guard, Readonly<Record<string, readonly string[]>>>> = {
  authenticator: {
    nobody: [],
    another: ['Authorization: Bearer bob'],
    'an expired token': ['Authorization: Bearer ada.expired'],
    'an empty token': ['Authorization: Bearer '],
    'another scheme': ['Authorization: Basic ada'],
    'two tokens, the wrong one first': ['Authorization: Bearer bob', 'Authorization: Bearer ada'],
    'two in one': ['Authorization: Bearer bob, Bearer ada'],
    'a token in another header': ['Proxy-Authorization: Bearer ada', 'X-Authorization: Bearer ada'],
    'a token that Connection names': ['Authorization: Bearer bob', 'Connection: Authorization'],
    'what every object has': ['Authorization: Bearer __proto__'],
  },
  header: {
    nobody: [],
    another: ['X-User: bob'],
    'an empty name': ['X-User: '],
    'two names, the wrong one first': ['X-User: bob', 'X-User: ada'],
    'two names, the right one first': ['X-User: ada', 'X-User: bob'],
    'two equal names': ['X-User: ada', 'X-User: ada'],
    'two in one': ['X-User: ada, bob'],
    'another case': ['X-User: Ada'],
    'another spelling of the header': ['X_User: ada', 'Authorization: Bearer ada'],
    'what every object has': ['X-User: __proto__'],
  },
};

const METHODS = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'];
const PATHS = [
  '/mcp',
  '/mcp?a=1',
  '/mcp/',
  '//mcp',
  '/MCP',
  '/%6dcp',
  '/mcp;a',
  '/./mcp',
  '/x/../mcp',
  '/graphql',
  '/metrics',
  '/readyz',
  '/healthz',
  '/mooring/peer',
  '/',
];
/** What the endpoint answers other callers; the other paths have no sessions. */
const REFUSED = /^(?:4\d\d|50[13])$/;

const open = async (): Promise<Auth> => {
  const start = async (guard: Guard): Promise<Guarded> => {
    const { args, owner } = NODES[guard];
    const node = await startNodeProcess(args);
    const session = idOf(await send(node.port, { body: initialize(), headers: owner }));
    if (session === undefined) throw new Error(`${guard}: no session`);
    return { node, owner, session };
  };
  const [authenticator, header] = await Promise.all([start('authenticator'), start('header')]);
  const both = [authenticator, header];
  return {
    ...{ authenticator, header, watched: both.map(({ node }) => node.watched) },
    honest: async () => {
      for (const { node, owner, session } of both) {
        const { answers } = await send(node.port, { session, headers: owner, body: rpc('tools/list') });
        if (answers[0]?.status !== 200) throw new Error(`the owner got ${JSON.stringify(answers[0])}`);
      }
    },
    closeIdle: async () => undefined,
    close: async () => void (await Promise.all(both.map(({ node }) => node.stop()))),
  };
};

/** Paths where the caller got in, or learned about the session. The session must still exist afterwards. */
const tryAll = async ({ node, session }: Guarded, method: string, headers: readonly string[]) => {
  const got: string[] = [];
  const secret = session.slice(session.indexOf('.') + 9);
  for (const path of PATHS) {
    const body = method === 'GET' || method === 'HEAD' ? {} : { body: rpc('tools/list') };
    const seen = await send(node.port, { method, path, headers, session, ...body });
    const [answer] = seen.answers;
    const told = JSON.stringify(answer).includes(secret);
    const served = path.startsWith('/mcp') && !path.startsWith('/mcp/') && !REFUSED.test(statusOf(seen));
    if (told || (served && method !== 'OPTIONS')) got.push(`${path} ${answer?.status}`);
  }
  return got;
};

const cases = (guard: Guard): readonly HostileCase<Auth>[] =>
  Object.entries(CALLERS[guard]).flatMap(([who, headers]) =>
    METHODS.map(
      (method): HostileCase<Auth> => ({
        name: `${guard}: ${method} as ${who}`,
        play: async (rig, tally): Promise<Pattern> => {
          tally.faults = PATHS.length;
          return tryAll(rig[guard], method, headers);
        },
        expect: [],
      }),
    ),
  );

export const auth: Area<Auth> = {
  name: 'auth',
  subjects: ['router'],
  open,
  cases: () => [...cases('authenticator'), ...cases('header')],
};
