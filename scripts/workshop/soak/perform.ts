import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, FaultKind } from './faults.ts';
import type { Front } from './front.ts';
import { type Context, changeTag, drain, join, leave, tool, undrain } from './operator.ts';
import type { StagedNode } from './stage.ts';
import { runTool } from './tool.ts';

type Doing = Context & {
  readonly fault: Fault;
  readonly node: StagedNode;
  readonly other: StagedNode;
  readonly front: Front;
  /** As long as the fault lasts. */
  readonly last: () => Promise<void>;
};

/** If it were longer, a proxy would be later than the settle time allows. */
const LATER_MS = 2000;
const SLOW_MS = { least: 100, spread: 700 };

export const perform = async (context: Context, fault: Fault): Promise<void> => {
  const { stage, ledger, signal } = context;
  const pause = (ms: number): Promise<void> => wait(ms, undefined, { signal }).catch(() => undefined);
  await pause(fault.atMs);
  if (signal.aborted) return;
  const pickOf = <T>(items: readonly T[], more = 0): T =>
    items[(Math.floor(fault.pick * items.length) + more) % items.length]!;
  const node = pickOf(stage.nodes);
  const front = pickOf(stage.fronts);
  ledger.note(`fault ${fault.kind} begins`);
  await FAULTS[fault.kind]({
    ...context,
    fault,
    node,
    other: pickOf(stage.nodes, 1),
    front,
    last: () => pause(fault.forMs),
  });
  ledger.note(`fault ${fault.kind} is over`);
};

const killAndStart = async ({ ledger, last }: Doing, nodes: readonly StagedNode[]): Promise<void> => {
  for (const { process } of nodes) ledger.dying(process.name, 'killed');
  await Promise.all(nodes.map(({ process }) => process.kill()));
  await last();
  await Promise.all(nodes.map(({ process }) => process.start()));
};

const whileLast = async ({ last }: Doing, begin: () => unknown, end: () => unknown): Promise<void> => {
  await begin();
  await last();
  await end();
};

const onLines = ({ stage }: Context, act: (node: StagedNode) => void): void => {
  for (const node of stage.nodes) act(node);
};

const FAULTS: Readonly<Record<FaultKind, (doing: Doing) => Promise<void>>> = {
  'kill-node': (doing) => killAndStart(doing, [doing.node]),
  'kill-two-nodes': (doing) => killAndStart(doing, [doing.node, doing.other]),
  'stop-node': (doing) =>
    whileLast(
      doing,
      () => doing.node.process.stop(),
      () => doing.node.process.start(),
    ),
  'freeze-node': async (doing) => {
    const { process } = doing.node;
    if (process.state !== 'up') return;
    await whileLast(
      doing,
      () => process.freeze(),
      () => process.state === 'frozen' && process.thaw(),
    );
  },
  'kill-redis': (doing) =>
    whileLast(
      doing,
      () => doing.stage.redis.kill(),
      () => doing.stage.redis.start(),
    ),
  'freeze-redis': (doing) =>
    whileLast(
      doing,
      () => doing.stage.redis.signal('SIGSTOP'),
      () => doing.stage.redis.signal('SIGCONT'),
    ),
  'flush-redis': ({ stage }) => stage.redis.call('FLUSHALL'),
  'full-redis': (doing) =>
    whileLast(
      doing,
      () => doing.stage.redis.call('CONFIG', 'SET', 'maxmemory', '1'),
      () => doing.stage.redis.call('CONFIG', 'SET', 'maxmemory', '0'),
    ),
  'read-only-redis': (doing) =>
    whileLast(
      doing,
      () => doing.stage.redis.call('REPLICAOF', '127.0.0.1', '1'),
      () => doing.stage.redis.call('REPLICAOF', 'NO', 'ONE'),
    ),
  'slow-redis': (doing) =>
    whileLast(
      doing,
      () => onLines(doing, ({ line }) => line.set({ delayMs: SLOW_MS.least + doing.fault.pick * SLOW_MS.spread })),
      () => onLines(doing, ({ line }) => line.set({ delayMs: 0 })),
    ),
  'cut-redis': (doing) =>
    whileLast(
      doing,
      () => onLines(doing, ({ line }) => line.set({ muted: true })),
      () => onLines(doing, ({ line }) => line.set({ muted: false })),
    ),
  'cut-one-node': (doing) =>
    whileLast(
      doing,
      () => doing.node.line.set({ muted: true }),
      () => doing.node.line.set({ muted: false }),
    ),
  'kill-front': (doing) =>
    whileLast(
      doing,
      () => doing.front.end('SIGKILL'),
      () => doing.front.start(),
    ),
  'stop-front': (doing) =>
    whileLast(
      doing,
      () => doing.front.end('SIGTERM'),
      () => doing.front.start(),
    ),
  'freeze-front': (doing) =>
    whileLast(
      doing,
      () => doing.front.signal('SIGSTOP'),
      () => doing.front.signal('SIGCONT'),
    ),
  'late-front': (doing) => {
    const { copy, lagMs } = doing.stage;
    return whileLast(
      doing,
      () => Object.assign(copy, { lagMs: lagMs + LATER_MS }),
      () => Object.assign(copy, { lagMs }),
    );
  },
  'rewrite-files': async (doing) => {
    const { dynamicFile } = doing.stage;
    // As an editor saves it, with another comment.
    const beside = `${dynamicFile}.next`;
    await writeFile(beside, `${await readFile(dynamicFile, 'utf8')}\n# ${doing.fault.pick}\n`);
    await rename(beside, dynamicFile);
    await doing.last();
    await runTool(['generate', ...doing.stage.files], doing.ledger).ended;
  },
  'spoil-files': (doing) =>
    whileLast(
      doing,
      () => doing.stage.copy.spoil(),
      () => doing.stage.copy.mend(),
    ),
  drain: async (doing) => {
    await drain(doing, doing.node).ended;
    await undrain(doing, doing.node);
  },
  'drain-briefly': async (doing) => {
    await drain(doing, doing.node, '3s').ended;
    await undrain(doing, doing.node);
  },
  'drain-interrupted': async (doing) => {
    const first = drain(doing, doing.node);
    await doing.last();
    first.interrupt(doing.fault.pick < 0.5 ? 'SIGINT' : 'SIGKILL');
    await first.ended;
    await drain(doing, doing.node).ended;
    await undrain(doing, doing.node);
  },
  'drain-regretted': async (doing) => {
    const first = drain(doing, doing.node);
    await doing.last();
    await undrain(doing, doing.node);
    await first.ended;
  },
  'drain-two': async (doing) => {
    await Promise.all([drain(doing, doing.node).ended, drain(doing, doing.other).ended]);
    await Promise.all([undrain(doing, doing.node), undrain(doing, doing.other)]);
  },
  'undrain-late': async (doing) => {
    await drain(doing, doing.node).ended;
    await doing.node.process.stop();
    await doing.node.process.startAgain();
    await undrain(doing, doing.node);
  },
  'rolling-restart': async (doing) => {
    await tool(doing, 'rolling-restart', '--timeout', '600s', '--restart', doing.stage.restartCommand).ended;
  },
  'change-tag': (doing) => changeTag(doing, doing.node),
  join: async (doing) => {
    await join(doing);
    await doing.last();
    await leave(doing);
  },
};

/** Repairs what a round left behind, as an operator would. */
export const heal = async (context: Context): Promise<void> => {
  const { stage, ledger } = context;
  ledger.note('everything is put right');
  for (const { process } of stage.nodes) if (process.state === 'frozen') process.thaw();
  await stage.redis.start();
  stage.redis.signal('SIGCONT');
  await Promise.all(stage.nodes.map(({ process }) => process.start()));
  await Promise.all(stage.fronts.map((front) => front.start()));
  await leave(context);
  for (const { id, state } of (await stage.topology()).nodes)
    if (state !== 'active')
      await undrain(context, [...stage.nodes, stage.spare].find(({ process }) => process.name === id)!);
  await Promise.all(stage.fronts.map((front) => front.answers()));
};
