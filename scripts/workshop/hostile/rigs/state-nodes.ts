/**
 * Two nodes with state and one that is gone, behind the router or Traefik with generated files; and another deployment
 * with a node of the same name.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exchange } from '../../../../router/parity/raw-client.ts';
import type { JsonObject, SubjectKind } from '../../../../router/parity/subject.ts';
import { freePorts } from '../../../../shared/free-ports.ts';
import { topologySchema } from '../../../../shared/topology/topology.ts';
import { dynamicOf } from '../../../../shared/traefik/dynamic.ts';
import type { Rig } from '../area.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { startProxied } from './proxied.ts';
import { type HttpMessage, send } from './raw-mcp.ts';
import { calling, messageOf, outcomeOf, useTool } from './raw-state.ts';

export type StateNodes = Rig & {
  readonly port: number;
  /** It has the current and the previous keys. */
  readonly one: NodeProcess;
  /** It has the current keys. */
  readonly two: NodeProcess;
  /** It has the previous keys. */
  readonly other: NodeProcess;
};
/** Ada's state: a handle, a task that waits for an answer, and the sealed state of a question. */
export type Owned = { readonly drawer: string; readonly task: string; readonly sealed: string };

const SERVER = fileURLToPath(new URL('../../../../node/test-careful-server.ts', import.meta.url));
const [NOW, BEFORE] = ['n', 'o'].map((text) => `${text}-0123456789-abcdefghijklmnop-qrst`) as [string, string];
const OFTEN = { interval: '1s', timeout: '3s' };

export const startStateNodes = async (kind: SubjectKind): Promise<StateNodes> => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-state-'));
  const start = async (name: string, keys: readonly string[], more: readonly string[] = []): Promise<NodeProcess> => {
    const file = join(folder, `keys-${keys.length}-${name}`);
    await writeFile(file, keys.join('\n'));
    const args = ['--name', name, '--server', SERVER, '--principal-header', 'X-User', '--request-state-key-file', file];
    return startNodeProcess([...args, ...more]);
  };
  const [one, other] = await Promise.all([start('n1', [NOW, BEFORE]), start('n1', [BEFORE])]);
  const two = await start('n2', [NOW], ['--redis', `redis://127.0.0.1:${one.redisPort}`]);
  const [web, gone] = (await freePorts(2)) as [number, number];
  const topology = topologySchema.parse({
    nodes: [one.port, two.port, gone].map((port, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${port}` })),
    entryPoints: { web: { address: `127.0.0.1:${web}` } },
    healthCheck: { ...OFTEN, ready: OFTEN },
    cookie: { secure: false },
  });
  const dynamic = dynamicOf(topology) as unknown as JsonObject;
  const { port, watched, ...proxied } = await startProxied(kind, { url: `http://127.0.0.1:${one.port}`, dynamic });
  await goneIsOut(port);
  return {
    ...{ port, one, two, other, watched: [...[one, two, other].map((node) => node.watched), ...watched] },
    honest: () => converse(port),
    closeIdle: async () => undefined,
    close: async () => {
      await proxied.close();
      for (const node of [two, one, other]) await node.stop();
      await rm(folder, { recursive: true });
    },
  };
};

/** Until the health check notices, the node that is gone still gets requests. */
const goneIsOut = async (port: number): Promise<void> => {
  for (let inARow = 0; inARow < 6; ) {
    const [answer] = (await ask(port, calling('server/discover'))).answers;
    inARow = answer?.status === 200 ? inARow + 1 : 0;
  }
};

export const ask = (port: number, message: HttpMessage): Promise<Exchange> => send(port, message);

/** The result; throws if the request was refused. */
export const served = async (port: number, message: HttpMessage): ReturnType<typeof resultOf> =>
  resultOf(await ask(port, message));

// biome-ignore lint/suspicious/noExplicitAny: a case reads what it expects.
const resultOf = async (seen: Exchange): Promise<Readonly<Record<string, any>>> => {
  if (!outcomeOf(seen).startsWith('served')) throw new Error(`asked for what is its own: ${JSON.stringify(seen)}`);
  return messageOf(seen)?.result;
};

export const openDrawer = async (port: number, user = 'ada'): Promise<string> =>
  (await served(port, useTool('open_drawer', {}, { user }))).content[0].text;
export const openTask = async (port: number, user = 'ada'): Promise<string> =>
  (await served(port, useTool('ask', {}, { user }))).taskId;

export const begin = async (port: number): Promise<Owned> => ({
  drawer: await openDrawer(port),
  task: await openTask(port),
  sealed: (await served(port, useTool('delete', { file: 'a' }))).requestState,
});

/** Throws unless all state is still there for its owner; then closes it. */
export const end = async (port: number, { drawer, task }: Owned): Promise<void> => {
  await served(port, useTool('close_drawer', { drawer }));
  const { status } = await served(port, calling('tasks/get', { params: { taskId: task } }));
  if (status !== 'input_required') throw new Error(`a task that nobody has answered is ${status}`);
  await served(port, calling('tasks/cancel', { params: { taskId: task } }));
};

const converse = async (port: number): Promise<void> => {
  const drawer = await openDrawer(port, 'eve');
  const { content } = await served(port, useTool('use_drawer', { drawer }, { user: 'eve' }));
  if (content[0].text !== `${drawer.slice(0, 2)} 1`) throw new Error(`a drawer of its own: ${content[0].text}`);
  await served(port, useTool('close_drawer', { drawer }, { user: 'eve' }));
  const taskId = await openTask(port, 'eve');
  await served(port, calling('tasks/cancel', { user: 'eve', params: { taskId } }));
};
