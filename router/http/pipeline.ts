import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Runs when all earlier requests are answered; returns the response that the next turn waits for. */
export type Turn = () => ServerResponse | undefined;

/** Requests that may queue up; then reading stops until the last one has its turn. */
const DEEP = 64;
/**
 * While nothing is read, a close goes unnoticed: after this many milliseconds without a byte the client counts as gone.
 */
const PATIENCE = 60_000;

/**
 * One HTTP/1.1 connection whose requests are served one at a time, in order, as in Go's server. Node emits all
 * pipelined requests at once, and reports an upgrade or a parse error before the responses still due.
 */
export class Pipeline {
  readonly #socket: Socket;
  readonly #onError: (error: Error) => void;
  readonly #waiting: Turn[] = [];
  /** A turn is running. */
  #busy = false;
  #answering: ServerResponse | undefined;
  #latest: IncomingMessage | undefined;
  #paused = false;
  #closing = false;

  constructor(socket: Socket, onError: (error: Error) => void) {
    this.#socket = socket;
    this.#onError = onError;
  }

  get busy(): boolean {
    return this.#busy;
  }

  request(req: IncomingMessage, turn: Turn): void {
    this.#latest = req;
    this.#take(turn);
    if (this.#waiting.length === 0 || this.#waiting.length % DEEP > 0) return;
    this.#paused = true;
    this.#socket.setTimeout(PATIENCE);
    // Node resumes reading at the end of each message: this runs after the last one it has.
    process.nextTick(() => this.#paused && this.#socket.pause());
  }

  /** Node has detached from the connection: the client and the response being written are now handled here. */
  upgrade(turn: Turn): void {
    if (this.#paused) this.#goOn();
    const left = (): void => void this.#socket.destroy();
    const drained = (): void => void this.#answering?.emit('drain');
    this.#socket.on('end', left).on('drain', drained);
    this.#take(() => {
      this.#socket.off('end', left);
      const res = turn();
      if (res === undefined) this.#socket.off('drain', drained);
      return res;
    });
  }

  /** Nothing more can be read. `turn` runs after the responses still due, instead of one for an incomplete request. */
  close(turn: () => void): void {
    if (this.#closing) return;
    if (this.#latest?.complete === false && this.#waiting.pop() === undefined) {
      // Its response is sent, or being sent.
      if (this.#answering?.headersSent !== false) return void this.#socket.destroy();
      this.#busy = false;
    }
    this.#take(() => void turn());
    this.#closing = true;
  }

  #take(turn: Turn): void {
    if (this.#closing) return;
    this.#waiting.push(turn);
    if (!this.#busy) this.#next();
  }

  readonly #next = (): void => {
    this.#busy = false;
    this.#answering = undefined;
    // After `Connection: close`, or without a client, no response is expected.
    if (!this.#socket.writable) this.#waiting.length = 0;
    const turn = this.#waiting.shift();
    if (this.#paused && this.#waiting.length === 0) this.#goOn().resume();
    if (turn !== undefined) this.#begin(turn);
  };

  #goOn(): Socket {
    this.#paused = false;
    return this.#socket.setTimeout(0);
  }

  #begin(turn: Turn): void {
    this.#busy = true;
    try {
      this.#answering = turn();
    } catch (error) {
      this.#onError(error as Error);
      this.#socket.destroy();
      return;
    }
    if (this.#answering === undefined) this.#busy = false;
    else this.#answering.on('close', this.#next);
  }
}
