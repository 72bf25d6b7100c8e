import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is done when all that came before has been answered; gives the answer that the next turn has to wait for. */
export type Turn = () => ServerResponse | undefined;

/** So many requests may wait; then no more are read until the last of them has its turn. */
const DEEP = 64;
/** Nobody hears a client leave that is not read from: so many milliseconds without a byte, and it has. */
const PATIENCE = 60_000;

/**
 * One HTTP/1.1 connection, whose requests are served one at a time and in their order, as Go's server does. Node hands
 * over all that have come at once, and an upgrade or bytes that are no request before the answers that are still due.
 */
export class Pipeline {
  readonly #socket: Socket;
  readonly #onError: (error: Error) => void;
  readonly #waiting: Turn[] = [];
  /** A turn has begun and is not over. */
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
    // Node starts to read again at the end of each message: this comes after the last of those it has.
    process.nextTick(() => this.#paused && this.#socket.pause());
  }

  /** Node has let go of the connection: the client, and the answer that is being written, are ours to look after. */
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

  /** Nothing more can be read. `turn` comes after the answers that are due, in place of that to half a request. */
  close(turn: () => void): void {
    if (this.#closing) return;
    if (this.#latest?.complete === false && this.#waiting.pop() === undefined) {
      // Its answer is out, or under way.
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
    // After `Connection: close`, or without a client, nobody waits for an answer.
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
