import { randomBytes } from 'node:crypto';
import type { Peer } from '../core/relay-decision.ts';
import {
  CHALLENGE,
  MARK,
  type Marked,
  PROOF,
  PROOF_PATH,
  readProof,
  signChallenge,
  signMark,
} from '../core/relay-mark.ts';
import type { Keys } from '../core/shared-keys.ts';
import { valuesOf } from '../core/upstream-head.ts';
import {
  type Answer,
  type Asked,
  askOn,
  ConnectionUsed,
  isRefused,
  OneConnection,
} from '../host/upstream/upstream-server.ts';
import { recently } from '../sessions/recently.ts';

/** Nodes keep idle connections for 95 s. */
const IDLE_MS = 10_000;
const MAX_IDLE = 64;
/** How often a peer is asked whether it is still alive, however many requests wait for it. */
const ALIVE_MS = 500;

/**
 * refused: nothing listens there. silent: it accepts but does not answer. unproven: it answers but does not have the
 * secret.
 */
export class PeerError extends Error {
  readonly code = 'PEER';
  readonly kind: 'refused' | 'silent' | 'unproven';
  constructor(kind: PeerError['kind'], peer: string, cause?: unknown) {
    super(`${peer} is ${kind}`, { cause });
    this.kind = kind;
  }
}

export type PeerLinkOptions = {
  readonly self: string;
  readonly peer: Peer;
  readonly keys: Keys;
  readonly patienceMs: number;
  readonly now: () => number;
};

/** A connection on which the peer has proved itself, and the contents of that proof. */
type Line = { readonly one: OneConnection; readonly boot: string; readonly ahead: number; readonly generation: number };
type Passed = Asked & { readonly session: string };

/**
 * The connections to one peer. On each one the peer proves itself before the first request, and none reconnects by
 * itself.
 */
export class PeerLink {
  readonly #options: PeerLinkOptions;
  readonly #idle: Line[] = [];
  readonly #all = new Set<OneConnection>();
  #generation = 0;
  /** Rejects with a PeerError when the peer does not prove itself, on a new connection, in bounded time. */
  readonly alive: () => Promise<void>;

  constructor(options: PeerLinkOptions) {
    this.#options = options;
    this.alive = recently(async () => this.#keep(await this.#open()), { ms: ALIVE_MS, now: options.now });
  }

  /** Rejects with a PeerError before the request is sent, and with the original error after that. */
  async ask(passed: Passed): Promise<Answer> {
    const line = this.#idle.pop() ?? (await this.#open());
    try {
      const answer = await askOn(line.one.client, {
        ...passed,
        headers: [...passed.headers, MARK, this.#mark(line, passed)],
      });
      answer.body.once('close', () => this.#keep(line));
      return answer;
    } catch (error) {
      this.#end(line.one);
      // It was closed while idle.
      if (error instanceof ConnectionUsed) return this.ask(passed);
      throw error;
    }
  }

  /** A call may take any time; while it waits, it checks this often whether the peer is still alive. */
  get patienceMs(): number {
    return this.#options.patienceMs;
  }

  get host(): string {
    return new URL(this.#options.peer.url).host;
  }

  /** Its proofs are no longer valid: it must prove itself again for further requests. Requests in flight continue. */
  doubt(): void {
    this.#generation++;
    for (const { one } of [...this.#idle]) this.#end(one);
  }

  close(): void {
    for (const one of this.#all) this.#end(one);
  }

  #mark(line: Line, { method, path, session }: Passed): string {
    const { self, keys, now } = this.#options;
    const marked: Marked = { method, path, session, boot: line.boot };
    return signMark(keys, { ...marked, from: self, clock: Math.floor(now() + line.ahead), nonce: newNonce() });
  }

  async #open(): Promise<Line> {
    const { peer, keys, now, patienceMs } = this.#options;
    const one = new OneConnection(new URL(peer.url).origin, { idleMs: IDLE_MS, connectMs: patienceMs });
    this.#all.add(one);
    const asked = { peer: peer.node, nonce: newNonce() };
    const generation = this.#generation;
    try {
      const headers = ['host', this.host, CHALLENGE, signChallenge(keys, asked)];
      const answer = await askOn(one.client, {
        method: 'GET',
        path: PROOF_PATH,
        headers,
        signal: AbortSignal.timeout(patienceMs),
      });
      answer.body.resume();
      const proof = readProof(keys, valuesOf(answer.headers, PROOF)[0] ?? '', asked);
      if (proof === undefined || answer.status !== 204) throw new PeerError('unproven', peer.node);
      one.client.once('disconnect', () => this.#end(one));
      return { one, boot: proof.boot, ahead: proof.clock - now(), generation };
    } catch (error) {
      this.#end(one);
      if (error instanceof PeerError) throw error;
      throw new PeerError(isRefused(error) ? 'refused' : 'silent', peer.node, error);
    }
  }

  #keep(line: Line): void {
    if (line.generation === this.#generation && this.#idle.length < MAX_IDLE && this.#all.has(line.one))
      this.#idle.push(line);
    else this.#end(line.one);
  }

  #end(one: OneConnection): void {
    this.#all.delete(one);
    const at = this.#idle.findIndex((line) => line.one === one);
    if (at >= 0) this.#idle.splice(at, 1);
    // Destroying fails only if it is already destroyed.
    one.client.destroy().catch(() => undefined);
  }
}

const newNonce = (): string => randomBytes(16).toString('base64url');
