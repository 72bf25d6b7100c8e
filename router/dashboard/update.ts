import type { LiveState } from './live-state.ts';
import type { SeenNode } from './nodes.ts';
import { filterProblem, type RequestFilter, requestFilter } from './request-filter.ts';
import { reasonOf, type SeenRequest } from './requests.ts';
import type { SeenSession } from './sessions.ts';

/** More than a page shows at once is not sent. */
export const SHOWN = 100;
const REMEMBERED = 1000;

/** What one page has already received, and so what is new to it. */
export class Reader {
  readonly #live: LiveState;
  readonly #matches: RequestFilter;
  readonly #filterProblem: string | undefined;
  /** Requests that the page may be showing: they must be removed when they no longer match. */
  #sent = new Set<number>();
  #version = 0;
  #second = 0;

  constructor(live: LiveState, filter: string) {
    this.#live = live;
    this.#filterProblem = filterProblem(filter);
    this.#matches = requestFilter(filter, (url) => live.nodes.nameOf(url));
  }

  next(): Record<string, unknown> | undefined {
    const { versions, now } = this.#live;
    const second = Math.floor(now / 1000);
    if (versions.last === this.#version && second === this.#second) return undefined;
    const update = this.#changes(second !== this.#second);
    this.#version = versions.last;
    this.#second = second;
    return update;
  }

  #changes(newSecond: boolean): Record<string, unknown> {
    const live = this.#live;
    const since = this.#version;
    const { requests, dropped } = this.#requests(since);
    const { sessions, gone } = live.sessions.changedSince(since);
    const events = live.timeline.changedSince(since);
    return {
      now: live.now,
      ...(since === 0 && { reset: true, filterProblem: this.#filterProblem }),
      nodes: live.nodes.shown.map(nodeRow),
      ...(requests.length > 0 && { requests: requests.map((seen) => requestRow(seen, live)) }),
      ...(dropped.length > 0 && { dropped }),
      ...(sessions.length > 0 && { sessions: sessions.map(sessionRow) }),
      ...(gone.length > 0 && { gone }),
      ...(events.length > 0 && { events: events.map(({ version: _, ...event }) => event) }),
      ...(newSecond && { rates: live.rates.series, sparks: sparksOf(live) }),
      ...(live.picture.version > since && { picture: live.picture.picture }),
    };
  }

  #requests(since: number): { requests: readonly SeenRequest[]; dropped: readonly number[] } {
    const requests: SeenRequest[] = [];
    const dropped: number[] = [];
    for (const seen of this.#live.requests.changedSince(since)) {
      if (this.#matches(seen)) {
        if (requests.length < SHOWN) requests.push(seen);
      } else if (this.#sent.delete(seen.id)) dropped.push(seen.id);
    }
    for (const { id } of requests) this.#sent.add(id);
    if (this.#sent.size > REMEMBERED) this.#sent = new Set([...this.#sent].sort((a, b) => b - a).slice(0, SHOWN));
    return { requests, dropped };
  }
}

const sparksOf = (live: LiveState): Record<string, readonly number[]> =>
  Object.fromEntries(live.nodes.shown.map(({ key, perSecond }) => [key, perSecond]));

const nodeRow = ({ perSecond: _, thisSecond: __, ...node }: SeenNode) => node;

const requestRow = (seen: SeenRequest, { nodes }: LiveState) => ({
  id: seen.id,
  at: seen.at,
  method: seen.method,
  target: seen.target.slice(0, LONGEST_TARGET),
  status: seen.status,
  ms: Math.round(seen.milliseconds * 10) / 10,
  reason: reasonOf(seen),
  node: seen.url === undefined ? undefined : nodes.at(seen.url).key,
  router: seen.router,
  session: seen.session?.slice(0, LONGEST_TARGET),
  stream: seen.stream,
  open: seen.open,
});

const LONGEST_TARGET = 200;

const sessionRow = ({ version: _, agent: __, since: ___, ...session }: SeenSession) => session;
