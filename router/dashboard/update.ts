import type { Board } from './board.ts';
import type { SeenNode } from './nodes.ts';
import { type RequestFilter, requestFilter } from './request-filter.ts';
import type { SeenRequest } from './requests.ts';
import type { SeenSession } from './sessions.ts';

/** More than a page shows at once is not sent. */
export const SHOWN = 100;
const REMEMBERED = 1000;

/** What one page has been told, and so what is news to it. */
export class Reader {
  readonly #board: Board;
  readonly #matches: RequestFilter;
  /** Requests that the page may be showing: those must go when they no longer match. */
  #sent = new Set<number>();
  #version = 0;
  #second = 0;

  constructor(board: Board, filter: string) {
    this.#board = board;
    this.#matches = requestFilter(filter, (url) => board.nodes.nameOf(url));
  }

  /** Undefined when there is none. */
  next(): Record<string, unknown> | undefined {
    const { versions, now } = this.#board;
    const second = Math.floor(now / 1000);
    if (versions.last === this.#version && second === this.#second) return undefined;
    const update = this.#changes(second !== this.#second);
    this.#version = versions.last;
    this.#second = second;
    return update;
  }

  #changes(newSecond: boolean): Record<string, unknown> {
    const board = this.#board;
    const since = this.#version;
    const { requests, dropped } = this.#requests(since);
    const { sessions, gone } = board.sessions.changedSince(since);
    const events = board.timeline.changedSince(since);
    return {
      now: board.now,
      ...(since === 0 && { reset: true }),
      nodes: board.nodes.shown.map(nodeRow),
      ...(requests.length > 0 && { requests: requests.map((seen) => requestRow(seen, board)) }),
      ...(dropped.length > 0 && { dropped }),
      ...(sessions.length > 0 && { sessions: sessions.map(sessionRow) }),
      ...(gone.length > 0 && { gone }),
      ...(events.length > 0 && { events: events.map(({ version: _, ...event }) => event) }),
      ...(newSecond && { rates: board.rates.series, sparks: sparksOf(board) }),
      ...(board.picture.version > since && { picture: board.picture.picture }),
    };
  }

  #requests(since: number): { requests: readonly SeenRequest[]; dropped: readonly number[] } {
    const requests: SeenRequest[] = [];
    const dropped: number[] = [];
    for (const seen of this.#board.requests.changedSince(since)) {
      if (this.#matches(seen)) {
        if (requests.length < SHOWN) requests.push(seen);
      } else if (this.#sent.delete(seen.id)) dropped.push(seen.id);
    }
    for (const { id } of requests) this.#sent.add(id);
    if (this.#sent.size > REMEMBERED) this.#sent = new Set([...this.#sent].sort((a, b) => b - a).slice(0, SHOWN));
    return { requests, dropped };
  }
}

const sparksOf = (board: Board): Record<string, readonly number[]> =>
  Object.fromEntries(board.nodes.shown.map(({ key, perSecond }) => [key, perSecond]));

const nodeRow = ({ perSecond: _, thisSecond: __, ...node }: SeenNode) => node;

const requestRow = (seen: SeenRequest, { nodes }: Board) => ({
  id: seen.id,
  at: seen.at,
  method: seen.method,
  target: seen.target.slice(0, LONGEST_TARGET),
  status: seen.status,
  ms: Math.round(seen.milliseconds * 10) / 10,
  reason: seen.reason,
  node: seen.url === undefined ? undefined : nodes.at(seen.url).key,
  router: seen.router,
  session: seen.session?.slice(0, LONGEST_TARGET),
  stream: seen.stream,
  open: seen.open,
});

const LONGEST_TARGET = 200;

const sessionRow = ({ version: _, agent: __, since: ___, ...session }: SeenSession) => session;
