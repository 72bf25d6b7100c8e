import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Cluster } from '../../cluster/cluster.ts';
import { familyOf, stillThere } from '../family.ts';
import {
  attempt,
  CALLS,
  call,
  close,
  drains,
  examineCalls,
  type Finding,
  finding,
  nodeOf,
  type Open,
  open,
} from './examine.ts';
import type { ForeignServer, StdioAsked } from './servers.ts';

/** Sessions of vanished clients end after this; a client that is still there has its GET stream open. */
export const IDLE_SECONDS = 10;
const MEGABYTE = 'x'.repeat(1_000_000);
const WORD = 'said-by-the-client';
const TOLD_MS = 30_000;
const LEFT_MS = 60_000;

/** On three nodes that start this server for each session. `mark` is in the environment of every process. */
export async function* examineStdio(server: ForeignServer, cluster: Cluster, mark: string): AsyncGenerator<Finding> {
  yield* examineCalls(server, cluster.mcp);
  const { stdio = {}, large } = server;
  yield* asks({ ...stdio, ...(large && { large }) }, cluster);
  yield await drains(server, cluster);
  for (const [how, end] of ENDS) yield await leavesNobody(server, cluster, { mark, how, end });
}

type Asked = StdioAsked & Pick<ForeignServer, 'large'>;

async function* asks({ progress, asking, later, large }: Asked, { mcp }: Cluster): AsyncGenerator<Finding> {
  const one = await open(mcp, false, askableClient());
  if (large)
    yield finding(
      '1 MB there and back',
      await attempt(CALLS, async () => {
        const answer = JSON.stringify(await one.client.callTool(large(MEGABYTE)));
        if (!answer.includes(MEGABYTE)) throw new Error(`${answer.length} characters came back`);
      }),
    );
  if (progress)
    yield finding(
      'progress of a call',
      await attempt(CALLS, async () => {
        let steps = 0;
        await one.client.callTool(progress, undefined, { onprogress: () => void steps++ });
        if (steps < 2) throw new Error(`${steps} steps were told`);
      }),
    );
  for (const [what, ask] of Object.entries(asking ?? {}))
    yield finding(
      what,
      await attempt(CALLS, async () => {
        const answer = JSON.stringify(await one.client.callTool(ask));
        if (!answer.includes(WORD)) throw new Error(answer);
      }),
    );
  if (later) yield finding('what is told while no call runs', await attempt(1, () => toldLater(one, later)));
  await close(one);
}

const askableClient = (): Client => {
  const client = new Client({ name: 'foreign', version: '1' }, { capabilities: { sampling: {}, elicitation: {} } });
  const content = { type: 'text', text: WORD } as const;
  client.setRequestHandler(CreateMessageRequestSchema, () => ({ model: 'none', role: 'assistant', content }));
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: WORD } }));
  return client;
};

const toldLater = async ({ client }: Open, later: NonNullable<StdioAsked['later']>): Promise<void> => {
  let onMessage = (): void => undefined;
  const received = new Promise<true>((resolve) => {
    onMessage = () => resolve(true);
  });
  await client.callTool(later);
  client.fallbackNotificationHandler = async () => onMessage();
  const late = wait(TOLD_MS, undefined, { ref: false });
  if ((await Promise.race([received, late])) === undefined) throw new Error('nothing was told');
};

type End = (cluster: Cluster, clients: readonly Open[]) => Promise<unknown>;

const eachNode = (cluster: Cluster, act: (node: string) => Promise<void>): Promise<unknown> =>
  Promise.all(cluster.nodes().map(({ id }) => act(id)));

const ENDS: readonly (readonly [string, End])[] = [
  ['sessions that end', (_, clients) => Promise.all(clients.map(close))],
  ['clients that vanish', (_, clients) => Promise.all(clients.map(({ client }) => client.close()))],
  ['nodes that stop, by SIGTERM', (cluster) => eachNode(cluster, (node) => cluster.stop(node))],
  ['nodes that are killed, by SIGKILL', (cluster) => eachNode(cluster, (node) => cluster.kill(node))],
];

type Leaving = { readonly mark: string; readonly how: string; readonly end: End };

const leavesNobody = async (server: ForeignServer, cluster: Cluster, { mark, how, end }: Leaving): Promise<Finding> => {
  for (const { id, state } of cluster.nodes()) if (state === 'down') await cluster.start(id);
  const clients = await Promise.all(Array.from({ length: 6 }, () => open(cluster.mcp)));
  await Promise.all(clients.map((one) => call(one, server)));
  const family = familyOf(cluster.nodes().flatMap(({ pid }) => pid ?? []));
  const at = new Set(clients.map(nodeOf)).size;
  await end(cluster, clients);
  const until = performance.now() + LEFT_MS;
  let left = stillThere(family, mark);
  while (left.length > 0 && performance.now() < until) {
    await wait(100);
    left = stillThere(family, mark);
  }
  await Promise.all(clients.map(({ client }) => client.close()));
  const what = `nobody is left of ${family.size} processes at ${at} nodes after ${how}`;
  return finding(what, [left.length === 0 ? undefined : `left: ${left.join()}`]);
};
