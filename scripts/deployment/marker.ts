import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { DrainMark } from '../../shared/registry/drain-mark.ts';
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import type { NodeId } from '../../shared/registry/session-id.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { millisecondsOf } from '../../shared/traefik/go-duration.ts';
import type { Seen } from './node-word.ts';

export type MarkEvent =
  /** The registry takes no mark now; tried again with each look. */
  | { readonly event: 'unmarked'; readonly why: string }
  /** The registry has a node of this name that is another deployment's. */
  | { readonly event: 'stranger'; readonly url: string };

type MarkerOptions = {
  readonly view: Pick<RegistryView, 'setMark' | 'removeMark'>;
  readonly node: NodeId;
  /** As the deployment's file has it. */
  readonly url: string;
  readonly settleMs: number;
  readonly marginMs: number;
  readonly idleMs: number | undefined;
  readonly now: () => number;
  readonly tell: (event: MarkEvent) => void;
};

/** Tells a node of its drain, and each new process of it again. */
export class Marker {
  readonly #options: MarkerOptions;
  readonly id = randomUUID();
  /** The process that was told last. */
  #told: string | undefined;
  #unmarked: string | undefined;
  #stranger = false;

  constructor(options: MarkerOptions) {
    this.#options = options;
  }

  /** True: this process of the node has been told. */
  async tellNode(seen: Extract<Seen, { kind: 'seen' }>): Promise<boolean> {
    const { view, node, url, tell } = this.#options;
    if (seen.boot === this.#told) return true;
    if (seen.url !== undefined && seen.url !== url) {
      if (!this.#stranger) tell({ event: 'stranger', url: seen.url });
      this.#stranger = true;
      return false;
    }
    const done = await view.setMark(node, this.#mark(seen.boot, false));
    if (done.kind === 'written') {
      this.#told = seen.boot;
      return true;
    }
    if (done.why !== this.#unmarked) tell({ event: 'unmarked', why: done.why });
    this.#unmarked = done.why;
    return false;
  }

  /** The drain is over: the process that heard of it keeps its word, and the next one begins open. */
  async end(): Promise<void> {
    if (this.#told !== undefined) await this.#options.view.removeMark(this.#options.node);
  }

  #mark(boot: string | undefined, lifted: boolean): DrainMark {
    const { url, settleMs, marginMs, idleMs, now } = this.#options;
    const waits = { settleMs, marginMs, ...(idleMs !== undefined && { idleMs }) };
    return { id: this.id, boot, url, since: now(), by: whoAmI(), ...waits, lifted };
  }
}

export type Lifting = { readonly node: NodeId; readonly url: string; readonly drain: string };

/** Opens a node again that has heard of this drain. One that is begun meanwhile is another's, and stays. */
export const liftMark = (
  view: Pick<RegistryView, 'setMark'>,
  { node, url, drain }: Lifting,
): ReturnType<RegistryView['setMark']> =>
  view.setMark(node, {
    id: drain,
    boot: undefined,
    url,
    since: Date.now(),
    by: whoAmI(),
    settleMs: 0,
    marginMs: 0,
    lifted: true,
  });

const whoAmI = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`.slice(0, 200);
  } catch {
    return hostname().slice(0, 200);
  }
};

/** Of a proxy that has just asked: it asks again, and waits for the answer. */
const SLACK_MS = 1000;

/** How long proxies that never see the file need to learn from their checks that a node is not ready. */
export const marginOf = ({ healthCheck }: Topology): number => {
  if (healthCheck === false) return 0;
  const { interval, timeout } = healthCheck.ready;
  return millisecondsOf(interval) + millisecondsOf(timeout) + SLACK_MS;
};

export const settleOf = ({ timeouts }: Topology): number => millisecondsOf(timeouts.settle);
