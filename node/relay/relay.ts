import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../shared/log.ts';
import { type NodeId, ownerOf, parseNodeId, parseSessionId } from '../../shared/registry/session-id.ts';
import type { Self, SessionRegistry } from '../../shared/registry/session-registry.ts';
import { SERVER_ERROR } from '../core/json-rpc.ts';
import { type KnownNode, nodesForNewSession, ownerToAsk, type Peer } from '../core/relay-decision.ts';
import {
  CHALLENGE,
  checkMark,
  livesFor,
  MARK,
  type MarkVerdict,
  PATIENCE_MS,
  PROOF,
  proveTo,
} from '../core/relay-mark.ts';
import { SeenNonces } from '../core/seen-nonces.ts';
import type { Keys } from '../core/shared-keys.ts';
import type { Exchange, HeldSessions, OpenAnswer, SendMissing } from '../host/session-host.ts';
import { BodyTooLarge, RequestBody } from '../host/upstream/request-body.ts';
import { sendError } from '../http/json-rpc-error.ts';
import type { NodeMetrics } from '../http/metrics.ts';
import { askedPath, headerValues } from '../http/request-facts.ts';
import { brief } from '../sessions/session-table.ts';
import { askPeer, type PassedOn, sendPeerAnswer } from './pass-to-peer.ts';
import { PeerError, PeerLink } from './peer-link.ts';
import { heartbeatsOf } from './peers.ts';

export type Misroute = {
  readonly keys: Keys;
  /** The nodes of the topology, as it is now. */
  readonly known: () => Promise<readonly KnownNode[]>;
  /** How long a peer has for its proof. */
  readonly patienceMs?: number;
};

export type RelayOptions = Misroute & {
  readonly self: Self;
  readonly registry: SessionRegistry;
  readonly table: Pick<HeldSessions, 'countCall'>;
  readonly sendMissing: SendMissing;
  readonly metrics: NodeMetrics;
  readonly log: Log;
  readonly now: () => number;
};

/** How many other nodes a new session is offered to. */
const MAX_OFFERS = 3;

/** Passes misrouted requests on to the right node: one hop, between nodes that share a secret. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #links = new Map<string, PeerLink>();
  readonly #patienceMs: number;
  readonly #nonces: SeenNonces;
  readonly #marked = new WeakSet<IncomingMessage>();
  readonly #heartbeats: ReturnType<typeof heartbeatsOf>;
  /** When the node stops it ends them cleanly. */
  readonly answers = new Set<OpenAnswer>();

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#nonces = new SeenNonces(livesFor(this.#patienceMs));
    this.#heartbeats = heartbeatsOf(options);
  }

  /** Call once per request. Undefined: the request has no mark of another node. */
  check(req: IncomingMessage, session: string): MarkVerdict | undefined {
    const [text, ...more] = headerValues(req, MARK);
    if (text === undefined) return undefined;
    const { self, keys, now, metrics } = this.#options;
    const marked = { method: req.method ?? '', path: askedPath(req), session, boot: self.boot };
    const take = (nonce: string) => this.#nonces.take(nonce, now());
    const verdict = checkMark(more.length > 0 ? '' : text, marked, {
      keys,
      now: now(),
      patienceMs: this.#patienceMs,
      take,
    });
    if (verdict.kind === 'valid') this.#marked.add(req);
    metrics.marked(verdict.kind === 'valid' ? 'valid' : verdict.why);
    return verdict;
  }

  /** Proves to a peer that has the secret that we have it too. */
  readonly prove = (req: IncomingMessage, res: ServerResponse): void => {
    const { self, keys, now } = this.#options;
    const clock = Math.floor(now());
    const proof = proveTo(keys, headerValues(req, CHALLENGE)[0] ?? '', { peer: self.node, boot: self.boot, clock });
    if (proof === undefined) return void res.writeHead(404).end();
    // The request follows on the same connection, even while this node stops.
    res.removeHeader('connection');
    res.writeHead(204, { [PROOF]: proof }).end();
  };

  /** For a session that is not here. Whether the request was passed on or answered. */
  async toOwner(exchange: Exchange, id: string): Promise<boolean> {
    const session = parseSessionId(id);
    if (session === null || ownerOf(session) === this.#options.self.node) return false;
    const peer = await this.#peerOf(exchange.req, ownerOf(session), 'session');
    if (peer === undefined) return false;
    const body = RequestBody.of(exchange.req);
    const passed = { ...exchange, session: id, body, ownHost: this.#ownHost };
    await this.#counted(exchange, async () => {
      try {
        const answer = await askPeer(this.#linkTo(peer), passed);
        this.#options.metrics.relayed('session', 'passed');
        const { method } = exchange.req;
        this.#options.log.info({ owner: peer.node, session: brief(id), method }, 'passing on a misrouted request');
        await this.#send(answer, passed);
      } catch (error) {
        await this.#failed(error, { exchange, id, peer, body });
      } finally {
        body?.discard();
      }
    });
    return true;
  }

  /** For a handle or task on `holder`, or a new session that has no place here. Whether another node has answered. */
  async handOver(exchange: Exchange, body: Buffer, holder?: string): Promise<boolean> {
    const what = holder === undefined ? 'initialize' : 'state';
    const peers = await (holder === undefined
      ? this.#offers(exchange.req)
      : this.#peerOf(exchange.req, holder, 'state'));
    const passed = { ...exchange, session: '', body, ownHost: this.#ownHost };
    return this.#counted(exchange, async () => {
      for (const peer of [peers ?? []].flat()) {
        const answer = await askPeer(this.#linkTo(peer), passed).catch((error) => this.#warn(error, peer));
        if (exchange.res.destroyed) return true;
        const isFull = holder === undefined && answer?.status === FULL;
        if (isFull) answer?.body.destroy();
        if (answer === undefined || isFull) continue;
        this.#options.metrics.relayed(what, 'passed');
        this.#options.log.info({ peer: peer.node, what }, 'passing a request to another node');
        await this.#send(answer, passed);
        return true;
      }
      if (holder === undefined) this.#options.metrics.relayed(what, 'nobody');
      return exchange.res.destroyed;
    });
  }

  stop(): void {
    for (const link of this.#links.values()) link.close();
  }

  get #ownHost(): string {
    return new URL(this.#options.self.url).host;
  }

  async #around(nodes: readonly NodeId[]) {
    const known = await this.#options.known();
    const named = new Set(known.map(({ id }) => id));
    return { known, heartbeats: await this.#heartbeats(nodes.filter((node) => named.has(node))) };
  }

  #linkTo(peer: Peer): PeerLink {
    const { self, keys, now } = this.#options;
    const name = `${peer.node} ${peer.url}`;
    const link =
      this.#links.get(name) ?? new PeerLink({ self: self.node, peer, keys, now, patienceMs: this.#patienceMs });
    this.#links.set(name, link);
    return link;
  }

  async #peerOf(req: IncomingMessage, owner: string, what: 'session' | 'state'): Promise<Peer | undefined> {
    const { self, metrics, log } = this.#options;
    const node = parseNodeId(owner);
    const around = await this.#around(node === null ? [] : [node]);
    const decision = ownerToAsk(owner, { self: self.node, url: self.url, marked: this.#marked.has(req), ...around });
    if (decision.kind === 'relay') return decision.peer;
    log.debug({ owner, why: decision.why }, 'not passing on a misrouted request');
    metrics.relayed(what, decision.why);
    return undefined;
  }

  async #offers(req: IncomingMessage): Promise<readonly Peer[]> {
    const known = await this.#options.known();
    const active = known.flatMap(({ id, state }) => (state === 'active' ? (parseNodeId(id) ?? []) : []));
    const facts = {
      self: this.#options.self.node,
      url: this.#options.self.url,
      marked: this.#marked.has(req),
      ...(await this.#around(active)),
    };
    return nodesForNewSession(facts).slice(0, MAX_OFFERS);
  }

  /** A node that stops waits for calls, including those that it has passed on. */
  async #counted<Result>({ req }: Exchange, work: () => Promise<Result>): Promise<Result> {
    const { table } = this.#options;
    if (req.method !== 'POST') return work();
    table.countCall(1);
    return work().finally(() => table.countCall(-1));
  }

  async #send(answer: Parameters<typeof sendPeerAnswer>[0], passed: PassedOn): Promise<void> {
    const open = sendPeerAnswer(answer, passed, this.#options.self.node);
    this.answers.add(open);
    await open.ended;
    this.answers.delete(open);
  }

  async #failed(error: unknown, { exchange, id, peer, body }: Failed): Promise<void> {
    const { res } = exchange;
    if (res.destroyed) return;
    if (error instanceof BodyTooLarge) return sendError(res, TOO_LARGE);
    const caller = (await body?.caller()) ?? null;
    this.#warn(error, peer);
    const { kind } = error as PeerError;
    this.#options.metrics.relayed('session', kind);
    await this.#options.sendMissing(exchange, { id, caller, ...(kind === 'silent' && { silent: peer.node }) });
  }

  #warn(error: unknown, { node }: Peer): undefined {
    if (!(error instanceof PeerError)) return;
    const text = TOLD[error.kind];
    if (error.kind === 'unproven') this.#options.log.error({ peer: node }, text);
    else this.#options.log.warn({ peer: node, err: error.cause ?? error }, text);
  }
}

type Failed = {
  readonly exchange: Exchange;
  readonly id: string;
  readonly peer: Peer;
  readonly body: RequestBody | undefined;
};

const FULL = 503;
const TOO_LARGE = { status: 413, code: SERVER_ERROR, message: 'Payload Too Large', headers: { connection: 'close' } };

const TOLD: Readonly<Record<PeerError['kind'], string>> = {
  refused: 'a peer refuses connections',
  silent: 'a peer does not answer',
  unproven: 'a peer does not have the secret of these nodes, so no request was sent to it',
};
