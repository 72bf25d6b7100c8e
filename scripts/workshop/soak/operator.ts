/** What an operator does to a deployment, following the documentation. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Topology, TopologyNode } from '../../../shared/topology/topology.ts';
import type { Ledger } from './ledger.ts';
import type { Stage, StagedNode } from './stage.ts';
import { runTool, type ToolRun } from './tool.ts';

export type Context = { readonly stage: Stage; readonly ledger: Ledger; readonly signal: AbortSignal };

export const tool = ({ stage, ledger }: Context, ...args: readonly string[]): ToolRun => {
  const [name, node] = args;
  if (name === 'undrain' && node !== undefined) ledger.returns(node);
  return runTool([...args, ...stage.args], ledger);
};

export const drain = (context: Context, { process }: StagedNode, timeout = '60s'): ToolRun =>
  tool(context, 'drain', process.name, '--timeout', timeout);

export const undrain = async (context: Context, { process }: StagedNode): Promise<void> =>
  void (await tool(context, 'undrain', process.name).ended);

const edit = async (
  { stage, ledger }: Context,
  change: (nodes: Topology['nodes']) => Topology['nodes'],
): Promise<void> => {
  await stage.edit((topology) => ({ ...topology, nodes: change(topology.nodes) }));
  await runTool(['generate', ...stage.files], ledger).ended;
};

const stateOf = async ({ stage }: Context, { process }: StagedNode): Promise<TopologyNode['state'] | undefined> =>
  (await stage.topology()).nodes.find(({ id }) => id === process.name)?.state;

/** A node gets a tag, then another one, then none. */
const nextTag = ({ tag, process: { name } }: StagedNode): string | undefined =>
  tag === undefined ? `k7-${name}` : tag.startsWith('k7') ? `p3-${name}` : undefined;

/** PRODUCTION.md, "Ids without node names": one node, and without the hour, because no client asks for an old id here. */
export const changeTag = async (context: Context, node: StagedNode): Promise<void> => {
  const { stage, signal, ledger } = context;
  const { name } = node.process;
  const tag = nextTag(node);
  const write = (as: Pick<TopologyNode, 'tag' | 'formerly'>): Promise<void> =>
    edit(context, (nodes) => nodes.map((one) => (one.id === name ? { ...one, ...as } : one)));
  const before = node.tag;
  ledger.note(`the tag of ${name} becomes ${tag ?? 'none'}`);
  await write({ tag, formerly: [before ?? name] });
  await wait(stage.settleMs, undefined, { signal }).catch(() => undefined);
  await drain(context, node, '600s').ended;
  if ((await stateOf(context, node)) !== 'out') return write({ tag: before, formerly: undefined });
  node.tag = tag;
  await node.process.stop();
  await node.process.startAgain();
  await undrain(context, node);
  await write({ tag, formerly: undefined });
};

/** DRAIN.md, "A node that joins". */
export const join = async (context: Context): Promise<void> => {
  const { spare } = context.stage;
  await spare.process.start();
  const { name: id } = spare.process;
  await edit(context, (nodes) => [...nodes, { id, url: spare.url, state: 'draining' }]);
  await undrain(context, spare);
};

/** Also for a node that stayed because something else happened. */
export const leave = async (context: Context): Promise<void> => {
  const { spare } = context.stage;
  if ((await stateOf(context, spare)) === undefined) return spare.process.kill();
  await drain(context, spare, '600s').ended;
  if ((await stateOf(context, spare)) !== 'out') return;
  await spare.process.stop();
  await edit(context, (nodes) => nodes.filter(({ id }) => id !== spare.process.name));
};
