import type { HeaderList } from '../core/request/header-list.ts';
import type { ChoiceStep } from '../core/service/service.ts';
import type { Route } from '../core/table/table.ts';
import { shownReason } from '../explain/shown-reason.ts';
import type { ExchangeUnderWay } from '../traefik/observe/observers.ts';
import type { ExchangeRecord } from '../traefik/observe/record.ts';
import type { Versions } from './versions.ts';

/** One exchange as the dashboard keeps it; status 0 until there is a response. */
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
  /** Of the chosen server. */
  url: string | undefined;
  reason: string;
  status: number;
  milliseconds: number;
  bytes: number;
  open: boolean;
  stream: boolean;
  version: number;
  /** The exchange itself is not kept: it would keep its sockets alive. */
  readonly route: Route | undefined;
  readonly requestHeaders: HeaderList;
  responseHeaders: HeaderList | undefined;
  steps: readonly ChoiceStep[];
};

/** In the terminal's words: what pins the request. */
export const reasonOf = ({ route, reason, steps }: SeenRequest): string =>
  shownReason({ rule: route?.config.rule, router: route?.name, reason, steps });

/**
 * Up to 500 requests a second are all kept. Nobody can read more than that, and keeping them slows a busy router:
 * beyond it only a hundred a second are kept, plus those that failed; the others are counted.
 */
const ALL_KEPT = 50;
const KEPT_WHEN_BUSY = 10;
const WINDOW_MS = 100;

/** The last requests: all that are in progress, and as many finished ones as there is room for. */
export class Requests {
  readonly #size: number;
  readonly #versions: Versions;
  readonly #open = new Map<ExchangeUnderWay, SeenRequest>();
  readonly #over: SeenRequest[] = [];
  #next = 0;
  #ids = 0;
  #window = 0;
  #inWindow = 0;
  #room = ALL_KEPT;

  constructor(size: number, versions: Versions) {
    this.#size = size;
    this.#versions = versions;
  }

  /** Undefined: counted, but not kept. */
  began(exchange: ExchangeUnderWay): SeenRequest | undefined {
    return isStream(exchange) || this.#hasRoom(exchange.startedAt) ? this.#keep(exchange) : undefined;
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  #hasRoom(at: number): boolean {
    const window = Math.floor(at / WINDOW_MS);
    if (window !== this.#window) {
      this.#room = window === this.#window + 1 && this.#inWindow > ALL_KEPT ? KEPT_WHEN_BUSY : ALL_KEPT;
      this.#window = window;
      this.#inWindow = 0;
    }
    this.#inWindow += 1;
    return this.#inWindow <= this.#room;
  }

  #keep(exchange: ExchangeUnderWay): SeenRequest {
    const { request, decision } = exchange;
    const choice = decision === undefined || decision.kind === 'internal' ? undefined : decision.choice;
    const seen: SeenRequest = {
      id: this.#nextId(),
      at: exchange.startedAt,
      method: request.method,
      target: exchange.asked,
      host: request.host,
      entryPoint: exchange.entryPoint,
      client: `${request.remoteAddress}:${request.remotePort}`,
      router: exchange.route?.name,
      session: request.headers.get('mcp-session-id'),
      url: choice?.kind === 'server' ? choice.server.url : undefined,
      reason: exchange.reason,
      status: 0,
      milliseconds: 0,
      bytes: 0,
      open: true,
      stream: isStream(exchange),
      version: this.#versions.next(),
      route: exchange.route,
      requestHeaders: request.headers,
      responseHeaders: undefined,
      steps: choice?.steps ?? [],
    };
    this.#open.set(exchange, seen);
    return seen;
  }

  ended(exchange: ExchangeUnderWay, record: ExchangeRecord): void {
    const seen = this.#open.get(exchange) ?? (record.status >= 400 ? this.#keep(exchange) : undefined);
    if (seen === undefined) return;
    this.#open.delete(exchange);
    seen.url = record.serverUrl;
    seen.reason = record.reason || 'client-left';
    seen.status = record.status;
    seen.milliseconds = record.duration;
    seen.bytes = record.responseBytes;
    seen.open = false;
    seen.responseHeaders = record.responseHeaders ?? record.originHeaders;
    seen.steps = record.steps;
    seen.version = this.#versions.next();
    this.#over[this.#next] = seen;
    this.#next = (this.#next + 1) % this.#size;
  }

  find(id: number): SeenRequest | undefined {
    for (const seen of this.#open.values()) if (seen.id === id) return seen;
    return this.#over.find((seen) => seen.id === id);
  }

  /** Changes after that version, newest first. */
  changedSince(version: number): SeenRequest[] {
    const changed: SeenRequest[] = [];
    for (const seen of this.#open.values()) if (seen.version > version) changed.push(seen);
    for (const seen of this.#over) if (seen.version > version) changed.push(seen);
    return changed.sort((a, b) => b.id - a.id);
  }
}

/** MCP's only request whose response is a long-lived stream. */
export const isStream = ({ request: { method, headers } }: ExchangeUnderWay): boolean =>
  method === 'GET' && (headers.get('accept') ?? '').includes('text/event-stream');
