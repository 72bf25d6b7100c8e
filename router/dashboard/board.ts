import type { ExchangeUnderWay, RouterObserver } from '../observe/observers.ts';
import type { ExchangeRecord } from '../observe/record.ts';
import type { Router } from '../router.ts';
import type { RoutingTable } from '../table/table.ts';
import type { ClusterNews, ClusterView } from './cluster-view.ts';
import { Nodes } from './nodes.ts';
import { type Picture, pictureOf } from './picture.ts';
import { Rates } from './rates.ts';
import { Requests, type SeenRequest } from './requests.ts';
import { type SeenSession, Sessions } from './sessions.ts';
import { tellCluster, tellSessions } from './story.ts';
import { Timeline } from './timeline.ts';
import { Versions } from './versions.ts';

export type Watched = Pick<Router, 'state' | 'observe'>;
type Deps = { readonly router: Watched; readonly cluster: ClusterView | undefined; readonly now: () => number };

const REQUESTS = 2000;
const EVENTS = 200;
/** A registry lists no more than this at once. */
const LISTED_MOST = 1000;

/** Everything the pages show. It is told of each exchange as it happens, and looks at the rest when asked to. */
export class Board implements RouterObserver {
  readonly versions = new Versions();
  readonly requests: Requests;
  readonly sessions: Sessions;
  readonly nodes = new Nodes();
  readonly timeline: Timeline;
  readonly rates: Rates;
  readonly #deps: Deps;
  #table: RoutingTable | undefined;
  #picture: { readonly picture: Picture; readonly version: number } | undefined;
  #second = 0;
  #counts = new Map<string, number>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.requests = new Requests(REQUESTS, this.versions);
    this.timeline = new Timeline(EVENTS, this.versions, deps.now);
    this.rates = new Rates(deps.now());
    this.sessions = new Sessions({
      versions: this.versions,
      now: deps.now,
      news: tellSessions(this.timeline, (key) => this.nodeName(key)),
    });
    this.look();
  }

  get now(): number {
    return this.#deps.now();
  }

  get picture(): { readonly picture: Picture; readonly version: number } {
    return this.#picture!;
  }

  nodeName(key: number): string {
    return this.nodes.shown.find((node) => node.key === key)?.name ?? 'a node that is gone';
  }

  began(exchange: ExchangeUnderWay): void {
    const seen = this.requests.began(exchange);
    if (seen.url === undefined) return;
    const node = this.nodes.at(seen.url);
    node.inFlight += 1;
    if (!seen.stream) return;
    node.streams += 1;
    if (seen.session !== undefined) this.sessions.streams(seen.session, 1);
  }

  ended(exchange: ExchangeUnderWay, record: ExchangeRecord): void {
    const begunAt = exchange.decision?.kind === 'forward' ? exchange.decision.choice.server.url : undefined;
    const seen = this.requests.ended(exchange, record);
    const failed = record.status >= 500;
    this.rates.add(this.now, { failed, milliseconds: seen.stream || failed ? undefined : record.duration });
    if (begunAt === undefined) return;
    this.#leave(begunAt, seen, failed);
    this.#learn(seen, record);
  }

  reloaded(applied: boolean): void {
    this.timeline.add(applied ? 'reload' : 'refused', undefined, () =>
      applied ? 'configuration changed' : 'change of the files refused; the last good one stays',
    );
  }

  /** What nobody tells of: health, a new table, the end of a second. Called a few times a second. */
  look(): void {
    const { router, cluster } = this.#deps;
    const state = router.state();
    const before = this.nodes.shown.map((node) => ({ node, healthy: node.healthy }));
    this.nodes.follow(state.table.config, state.serversUp);
    if (cluster !== undefined) this.nodes.followCluster(cluster.nodes());
    for (const { node, healthy } of before) if (healthy !== node.healthy) this.#healthChanged(node.key);
    if (state.table !== this.#table) this.#picture = { picture: pictureOf(state), version: this.versions.next() };
    this.#table = state.table;
    this.#secondOver();
  }

  /** A cluster's own words for what happens to its nodes. */
  heard(news: ClusterNews): void {
    const { cluster } = this.#deps;
    if (cluster !== undefined) this.nodes.followCluster(cluster.nodes());
    tellCluster(this.timeline, news);
    if (news.kind !== 'node') return;
    const node = this.nodes.named(news.node);
    if (node === undefined) return;
    if (news.state === 'down') this.sessions.nodeIs(node.key, 'lost');
    if (news.state === 'frozen') this.sessions.nodeIs(node.key, 'stalled');
    if (news.state === 'up') this.sessions.nodeIs(node.key, 'live');
  }

  async askRegistry(): Promise<void> {
    const { cluster } = this.#deps;
    if (cluster === undefined) return;
    const list = await cluster.sessions();
    this.sessions.listed(list, (id) => this.nodes.named(id)?.key, list.length < LISTED_MOST);
    this.sessions.link(identityOf);
  }

  #leave(url: string, seen: SeenRequest, failed: boolean): void {
    const node = this.nodes.at(url);
    node.inFlight -= 1;
    node.requests += 1;
    if (failed) node.errors += 1;
    this.#counts.set(url, (this.#counts.get(url) ?? 0) + 1);
    if (!seen.stream) return;
    node.streams -= 1;
    if (seen.session !== undefined) this.sessions.streams(seen.session, -1);
  }

  /** What an answer says of a session. */
  #learn(seen: SeenRequest, record: ExchangeRecord): void {
    const { status, serverUrl } = record;
    if (serverUrl === undefined) return;
    const given = (record.responseHeaders ?? record.originHeaders)?.get('mcp-session-id');
    const id = seen.session ?? given;
    if (id === undefined || id.length > LONGEST_ID) return;
    const answered = status >= 200 && status < 300;
    if (answered && seen.method === 'DELETE') return this.sessions.ended(id);
    if (answered) {
      if (seen.session === undefined) this.nodes.learn(serverUrl, id);
      const agent = `${record.clientAddress} ${record.requestHeaders.get('user-agent') ?? ''}`;
      this.sessions.answered({ id, node: this.nodes.at(serverUrl).key, agent });
      // With a registry the client's own name is known soon, and is better.
      if (seen.session === undefined && this.#deps.cluster === undefined) this.sessions.link(identityOf);
    } else if (status === 404) this.sessions.missed(id);
    else if (status >= 502 && status <= 504) this.sessions.stall(id);
  }

  #healthChanged(key: number): void {
    const node = this.nodes.shown.find((one) => one.key === key);
    if (node === undefined || node.healthy === undefined) return;
    const { name, healthy, state } = node;
    this.timeline.add(healthy ? 'up' : 'down', name, () => (healthy ? 'health check passes' : 'health check fails'));
    // A cluster tells of its processes itself.
    if (state === undefined) this.sessions.nodeIs(key, healthy ? 'live' : 'stalled');
  }

  #secondOver(): void {
    const second = Math.floor(this.now / 1000);
    this.rates.advance(this.now);
    if (second === this.#second) return;
    this.#second = second;
    this.nodes.tick(this.#counts);
    this.#counts = new Map();
    this.sessions.sweep();
  }
}

const LONGEST_ID = 200;

const identityOf = (session: SeenSession): string => session.client || session.agent;
