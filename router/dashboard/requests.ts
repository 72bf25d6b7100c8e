import type { ExchangeUnderWay } from '../observe/observers.ts';
import type { ExchangeRecord } from '../observe/record.ts';
import type { Versions } from './versions.ts';

/** One exchange as the dashboard keeps it; what has no answer yet has status 0. */
export type SeenRequest = {
  readonly id: number;
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly entryPoint: string;
  readonly client: string;
  readonly router: string | undefined;
  readonly session: string | undefined;
  /** Of the server that was chosen. */
  url: string | undefined;
  reason: string;
  status: number;
  milliseconds: number;
  bytes: number;
  open: boolean;
  stream: boolean;
  version: number;
  readonly exchange: ExchangeUnderWay;
  record: ExchangeRecord | undefined;
};

/** The last requests: all that are under way, and as many of those that are over as there is room for. */
export class Requests {
  readonly #room: number;
  readonly #versions: Versions;
  readonly #open = new Map<ExchangeUnderWay, SeenRequest>();
  readonly #over: SeenRequest[] = [];
  #next = 0;
  #ids = 0;

  constructor(room: number, versions: Versions) {
    this.#room = room;
    this.#versions = versions;
  }

  began(exchange: ExchangeUnderWay): SeenRequest {
    this.#ids += 1;
    const { request, decision } = exchange;
    const seen: SeenRequest = {
      id: this.#ids,
      at: exchange.startedAt,
      method: request.method,
      target: exchange.asked,
      host: request.host,
      entryPoint: exchange.entryPoint,
      client: `${request.remoteAddress}:${request.remotePort}`,
      router: exchange.route?.name,
      session: request.headers.get('mcp-session-id'),
      url: decision?.kind === 'forward' ? decision.choice.server.url : undefined,
      reason: exchange.reason,
      status: 0,
      milliseconds: 0,
      bytes: 0,
      open: true,
      // The one request of MCP whose answer is a stream that stays.
      stream: request.method === 'GET' && (request.headers.get('accept') ?? '').includes('text/event-stream'),
      version: this.#versions.next(),
      exchange,
      record: undefined,
    };
    this.#open.set(exchange, seen);
    return seen;
  }

  ended(exchange: ExchangeUnderWay, record: ExchangeRecord): SeenRequest {
    const seen = this.#open.get(exchange) ?? this.began(exchange);
    this.#open.delete(exchange);
    seen.url = record.serverUrl;
    seen.reason = record.reason || 'client-left';
    seen.status = record.status;
    seen.milliseconds = record.duration;
    seen.bytes = record.responseBytes;
    seen.open = false;
    seen.record = record;
    seen.version = this.#versions.next();
    this.#over[this.#next] = seen;
    this.#next = (this.#next + 1) % this.#room;
    return seen;
  }

  get open(): Iterable<SeenRequest> {
    return this.#open.values();
  }

  find(id: number): SeenRequest | undefined {
    for (const seen of this.#open.values()) if (seen.id === id) return seen;
    return this.#over.find((seen) => seen.id === id);
  }

  /** What changed after that version, newest first. */
  changedSince(version: number): SeenRequest[] {
    const changed: SeenRequest[] = [];
    for (const seen of this.#open.values()) if (seen.version > version) changed.push(seen);
    for (const seen of this.#over) if (seen.version > version) changed.push(seen);
    return changed.sort((a, b) => b.id - a.id);
  }
}
