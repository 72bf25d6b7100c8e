import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { DrainMark } from '../../shared/registry/drain-mark.ts';
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import type { NodeId } from '../../shared/registry/session-id.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { millisecondsOf } from '../../shared/traefik/go-duration.ts';
import type { Seen } from './node-status.ts';

export type MarkEvent =
  /** The registry accepts no mark now; tried again at each poll. */
  | { readonly event: 'unmarked'; readonly why: string }
  /** The registry has a node with this name from another deployment. */
  | { readonly event: 'stranger'; readonly url: string };

type MarkerOptions = {
  readonly view: Pick<RegistryView, 'setMark' | 'removeMark'>;
  readonly node: NodeId;
  /** As in the deployment's file. */
  readonly url: string;
  readonly settleMs: number;
  readonly marginMs: number;
  readonly idleMs: number | undefined;
  readonly now: () => number;
  readonly report: (event: MarkEvent) => void;
};

/** Writes a node's drain mark, and again for each new process of the node. */
export class Marker {
  readonly #options: MarkerOptions;
  readonly id = randomUUID();
  /** The last process that got the mark. */
  #told: string | undefined;
  #unmarked: string | undefined;
  #stranger = false;

  constructor(options: MarkerOptions) {
    this.#options = options;
  }

  /** True: this process of the node has got the mark. */
  async markNode(seen: Extract<Seen, { kind: 'seen' }>): Promise<boolean> {
    const { view, node, url, report } = this.#options;
    if (seen.boot === this.#told) return true;
    if (seen.url !== undefined && seen.url !== url) {
      if (!this.#stranger) report({ event: 'stranger', url: seen.url });
      this.#stranger = true;
      return false;
    }
    const done = await view.setMark(node, this.#mark(seen.boot, false));
    if (done.kind === 'written') {
      this.#told = seen.boot;
      return true;
    }
    if (done.why !== this.#unmarked) report({ event: 'unmarked', why: done.why });
    this.#unmarked = done.why;
    return false;
  }

  /** The drain is over: the process that acknowledged it keeps refusing, and the next one starts open. */
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

/** Reopens a node that acknowledged this drain. A drain that was begun meanwhile is somebody else's, and stays. */
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

/** Worst case: a proxy has just checked, must check again and wait for the answer. */
const SLACK_MS = 1000;

/** How long proxies that never see the file need to learn from their checks that a node is not ready. */
export const marginOf = ({ healthCheck }: Topology): number => {
  if (healthCheck === false) return 0;
  const { interval, timeout } = healthCheck.ready;
  return millisecondsOf(interval) + millisecondsOf(timeout) + SLACK_MS;
};

export const settleOf = ({ timeouts }: Topology): number => millisecondsOf(timeouts.settle);
