import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type RegistryView, viewRegistry } from '../../../shared/registry/registry-view.ts';
import { brief, type Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';

/** Time for nodes to rewrite what their Redis has lost, with the next heartbeats, and for slow proxies. */
const AGREE_MS = 40_000;
const LOOK_MS = 250;
const MOST = 50_000;

/** When nothing happens and no client calls, the nodes, Redis and the clients must agree. */
export const checkQuiet = async (stage: Stage, ledger: Ledger): Promise<void> => {
  const view = await viewRegistry(stage.redis.url);
  try {
    const deadline = performance.now() + AGREE_MS;
    let wrong = await disagreements(stage, ledger, view);
    while (wrong.length > 0 && performance.now() < deadline) {
      await wait(LOOK_MS);
      wrong = await disagreements(stage, ledger, view);
    }
    for (const what of wrong) ledger.late('registry and memory agree once quiet', what);
  } finally {
    await view.quit();
  }
  ledger.settle();
};

const disagreements = async (stage: Stage, ledger: Ledger, view: RegistryView): Promise<readonly string[]> => {
  const [nodes, sessions] = await Promise.all([view.nodes(), view.sessions({ limit: MOST })]);
  if (nodes.kind === 'unavailable') return [`the registry does not answer: ${nodes.why}`];
  if (sessions.kind === 'unavailable') return [`the registry does not answer: ${sessions.why}`];
  const live = sessions.items.filter(({ state }) => state === 'live');
  const known = new Set<string>(live.map(({ id }) => id));
  const rows = await Promise.all(
    stage.nodes.map(async ({ process: { name: id }, url }) => {
      if (!nodes.items.some(({ node }) => node === id)) return [`${id} has no heartbeat`];
      const there = live.filter(({ node }) => node === id).length;
      const here = await sessionsOf(url);
      return here === there ? [] : [`${id} holds ${here} sessions, and the registry has ${there} of it`];
    }),
  );
  const missing = ledger.held().filter((session) => !known.has(session));
  const behind = ledger.behind();
  return [
    ...rows.flat(),
    ...missing.map((session) => `a client holds ${brief(session)}, which the registry does not have`),
    ...(behind > 0 ? [`${behind} sessions have not had all their events`] : []),
  ];
};

const sessionsOf = async (url: string): Promise<number | undefined> => {
  try {
    const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) })).text();
    return Number(/^mooring_sessions\{[^}]*\} (\d+)$/m.exec(text)?.[1]);
  } catch {
    return undefined;
  }
};

type Sample = { readonly mib: number; readonly files: number };

const FEWEST = 9;
const ALLOWED = { mib: 48, files: 60 };
const PAGE_MIB = 4096 / 2 ** 20;

/** Memory and open files of each process, sampled while idle. */
export class Growth {
  readonly #samples = new Map<number, Sample[]>();

  async look(stage: Stage): Promise<void> {
    const processes = [
      ...stage.nodes.map(({ process: { name, pid } }) => ({ name, pid })),
      ...stage.fronts,
      { name: 'redis', pid: stage.redis.pid },
    ];
    for (const { pid } of processes) {
      const sample = pid === undefined ? undefined : await sampleOf(pid);
      if (pid !== undefined && sample !== undefined)
        this.#samples.set(pid, [...(this.#samples.get(pid) ?? []), sample]);
    }
  }

  /** Compares the last samples of a process with its first ones, once there are enough. */
  judge(stage: Stage, ledger: Ledger): void {
    const named = [...stage.nodes.map(({ process }) => process), ...stage.fronts];
    for (const one of named) {
      const samples = (one.pid === undefined ? undefined : this.#samples.get(one.pid)) ?? [];
      if (samples.length < FEWEST) continue;
      for (const key of ['mib', 'files'] as const) {
        const values = samples.map((sample) => sample[key]);
        const [first, last] = [median(values.slice(0, 3)), median(values.slice(-3))];
        if (last > 1.5 * first + ALLOWED[key])
          ledger.breaks(
            'memory and descriptors stay flat',
            `${one.name}: ${key} ${first.toFixed(0)} to ${last.toFixed(0)}`,
          );
      }
    }
  }

  /** The maximum of any process. */
  most(): Sample {
    const all = [...this.#samples.values()].flat();
    return {
      mib: Math.round(Math.max(0, ...all.map(({ mib }) => mib))),
      files: Math.max(0, ...all.map(({ files }) => files)),
    };
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Undefined without /proc, or if the process has ended. */
const sampleOf = async (pid: number): Promise<Sample | undefined> => {
  try {
    const [statm, files] = await Promise.all([readFile(`/proc/${pid}/statm`, 'utf8'), readdir(`/proc/${pid}/fd`)]);
    return { mib: Number(statm.split(' ')[1]) * PAGE_MIB, files: files.length };
  } catch {
    return undefined;
  }
};
