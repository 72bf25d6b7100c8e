/**
 * A server with valid answers, unless a request selects a malformed one: then it sends those bytes, and what follows.
 */
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

export type Lie = {
  readonly name: string;
  /** Sent as latin1. A function is called until it returns nothing, with backpressure. */
  readonly answer: string | readonly Part[];
  readonly ends?: 'end' | 'reset';
  /** Answers before the body of the request has arrived. */
  readonly early?: true;
  /** The client's request; a GET by default. */
  readonly request?: string;
};
type Part = string | { readonly repeat: string; readonly times: number } | 'pause';

const HEAD = /^\S+ \S+ HTTP\/1\.1\r\n[\s\S]*?\r\n\r\n/;
const PAUSE_MS = 20;
const CLOSING_MS = 1_000;

export type Speaking = {
  /** Selects the malformed answer for a request; by default the path does. */
  readonly lieOf: (head: string) => string;
  readonly honestly: (head: string, body: string) => string;
};

const BY_PATH: Speaking = {
  lieOf: (head) => pathOf(head),
  honestly: (head) => {
    const target = pathOf(head);
    return `HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\nX-For: ${target}\r\n\r\n${target}`;
  },
};
const pathOf = (head: string): string => head.split(' ', 2)[1] ?? '';

export class LyingOrigin {
  readonly #speaking: Speaking;
  readonly #lies = new Map<string, Lie>();
  readonly #server = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
  readonly #sockets = new Set<Socket>();
  #telling: Promise<void>[] = [];

  constructor(speaking = BY_PATH) {
    this.#speaking = speaking;
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The path that selects it. */
  prepare(lie: Lie): string {
    const path = `/lie-${this.#lies.size}.`;
    this.#lies.set(path, lie);
    return path;
  }

  /**
   * Resolves when everything has been sent, and a proxy that got surplus bytes has had time to close the connection. A
   * request before that may get the surplus as its answer, from any proxy: nothing distinguishes it from one.
   */
  async told(): Promise<void> {
    await Promise.all(this.#telling.splice(0));
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.end();
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    let pending = '';
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      pending += data.toString('latin1');
      for (let head = HEAD.exec(pending); head !== null; head = HEAD.exec(pending)) {
        const lie = this.#lies.get(this.#speaking.lieOf(head[0]));
        const length = lie?.early ? 0 : Number(/\r\nContent-Length: (\d+)/i.exec(head[0])?.[1] ?? 0);
        if (pending.length < head[0].length + length) return;
        const body = pending.slice(head[0].length, head[0].length + length);
        pending = lie?.early ? '' : pending.slice(head[0].length + length);
        if (lie) this.#telling.push(tell(socket, lie));
        else socket.write(this.#speaking.honestly(head[0], body));
      }
    });
  }
}

const tell = async (socket: Socket, { answer, ends }: Lie): Promise<void> => {
  for (const part of typeof answer === 'string' ? [answer] : answer) {
    const { repeat, times } = typeof part === 'string' ? { repeat: part, times: 1 } : part;
    if (part === 'pause') await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    else for (let i = 0; i < times && socket.writable; i++) await write(socket, repeat);
  }
  if (ends === 'end') socket.end();
  if (ends === 'reset') socket.resetAndDestroy();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), CLOSING_MS);
  if (!socket.destroyed) await once(socket, 'close', { signal: patience.signal }).catch(() => undefined);
  clearTimeout(timer);
};

const write = async (socket: Socket, text: string): Promise<void> => {
  if (socket.write(text, 'latin1')) return;
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
};
