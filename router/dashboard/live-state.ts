import type { RoutingTable } from '../core/table/table.ts';
import type { Router } from '../router.ts';
import type { ExchangeUnderWay, RouterObserver } from '../traefik/observe/observers.ts';
import type { ExchangeRecord } from '../traefik/observe/record.ts';
import type { ClusterNews, ClusterView } from './cluster-view.ts';
import { Nodes, type SeenNode } from './nodes.ts';
import { type Picture, pictureOf } from './picture.ts';
import { Rates } from './rates.ts';
import { isStream, Requests } from './requests.ts';
import { type SeenSession, Sessions } from './sessions.ts';
import { Timeline } from './timeline.ts';
import { addClusterEntry, sessionEntries } from './timeline-entries.ts';
import { Versions } from './versions.ts';

export type Watched = Pick<Router, 'state' | 'observe'>;
type Deps = { readonly router: Watched; readonly cluster: ClusterView | undefined; readonly now: () => number };

const REQUESTS = 2000;
const EVENTS = 200;
/** The maximum that a registry lists at once. */
const MAX_LISTED = 1000;

/** Everything the pages show. It gets each exchange as it happens, and polls the rest when called. */
export class LiveState implements RouterObserver {
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

  constructor(deps: Deps) {
    this.#deps = deps;
    this.requests = new Requests(REQUESTS, this.versions);
    this.timeline = new Timeline(EVENTS, this.versions, deps.now);
    this.rates = new Rates(deps.now());
    this.sessions = new Sessions({
      versions: this.versions,
      now: deps.now,
      news: sessionEntries(this.timeline, (key) => this.nodeName(key)),
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
    return this.nodes.shown.find((node) => node.key === key)?.name ?? 'a removed node';
  }

  began(exchange: ExchangeUnderWay): void {
    this.requests.began(exchange);
    const url = serverOf(exchange);
    if (url === undefined) return;
    const node = this.nodes.at(url);
    node.inFlight += 1;
    if (isStream(exchange)) this.#stream(node, exchange, 1);
  }

  ended(exchange: ExchangeUnderWay, record: ExchangeRecord): void {
    this.requests.ended(exchange, record);
    const failed = record.status >= 500;
    const stream = isStream(exchange);
    // Does not read the clock: under load that alone would be much of the cost of watching.
    this.rates.add(record.startedAt + record.duration, {
      failed,
      milliseconds: stream || failed ? undefined : record.duration,
    });
    const url = serverOf(exchange);
    if (url === undefined) return;
    const node = this.nodes.at(url);
    node.inFlight = Math.max(0, node.inFlight - 1);
    node.requests += 1;
    if (failed) node.errors += 1;
    node.thisSecond += 1;
    if (stream) this.#stream(node, exchange, -1);
    this.#learn(record);
  }

  reloaded(applied: boolean): void {
    this.timeline.add(applied ? 'reload' : 'refused', undefined, () =>
      applied ? 'configuration changed' : 'configuration change refused; keeping the last good one',
    );
  }

  /** Polls what is not reported: health, a new table, the end of a second. Called a few times a second. */
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

  /** The cluster's own events about its nodes. */
  onNews(news: ClusterNews): void {
    const { cluster } = this.#deps;
    if (cluster !== undefined) this.nodes.followCluster(cluster.nodes());
    addClusterEntry(this.timeline, news);
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
    this.sessions.listed(list, (id) => this.nodes.named(id)?.key, list.length < MAX_LISTED);
    this.sessions.link(identityOf);
  }

  #stream(node: SeenNode, { request }: ExchangeUnderWay, change: 1 | -1): void {
    // A stream that was open before anybody watched is not counted when it ends.
    node.streams = Math.max(0, node.streams + change);
    const session = request.headers.get(SESSION);
    if (session !== undefined) this.sessions.streams(session, change);
  }

  /** What a response shows about a session. */
  #learn(record: ExchangeRecord): void {
    const { status, serverUrl } = record;
    if (serverUrl === undefined) return;
    const held = record.requestHeaders.get(SESSION);
    const id = held ?? (record.responseHeaders ?? record.originHeaders)?.get(SESSION);
    if (id === undefined || id.length > LONGEST_ID) return;
    const answered = status >= 200 && status < 300;
    if (answered && record.method === 'DELETE') return this.sessions.ended(id);
    if (answered) {
      if (held === undefined) this.nodes.learn(serverUrl, id);
      const agent = `${record.clientAddress} ${record.requestHeaders.get('user-agent') ?? ''}`;
      this.sessions.answered({ id, node: this.nodes.at(serverUrl).key, agent, startedAt: this.now - record.duration });
      // With a registry the client's own name arrives soon, and is better.
      if (held === undefined && this.#deps.cluster === undefined) this.sessions.link(identityOf);
    } else if (status === 404) this.sessions.missed(id);
    else if (status >= 502 && status <= 504) this.sessions.stall(id);
  }

  #healthChanged(key: number): void {
    const node = this.nodes.shown.find((one) => one.key === key);
    if (node === undefined || node.healthy === undefined) return;
    const { name, healthy, state } = node;
    this.timeline.add(healthy ? 'up' : 'down', name, () => (healthy ? 'health check passes' : 'health check fails'));
    // A cluster reports its processes itself.
    if (state === undefined) this.sessions.nodeIs(key, healthy ? 'live' : 'stalled');
  }

  #secondOver(): void {
    const second = Math.floor(this.now / 1000);
    this.rates.advance(this.now);
    if (second === this.#second) return;
    this.#second = second;
    this.nodes.tick();
    this.sessions.sweep();
  }
}

const SESSION = 'mcp-session-id';
const LONGEST_ID = 200;

const serverOf = ({ decision }: ExchangeUnderWay): string | undefined =>
  decision?.kind === 'forward' ? decision.choice.server.url : undefined;

const identityOf = (session: SeenSession): string => session.client || session.agent;
