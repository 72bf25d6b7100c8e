type Controller = ReadableStreamDefaultController<Uint8Array>;

/** The buffer of a stream that nobody reads yet; the relay that reads it has its own limit. */
const BEHIND = { highWaterMark: 4 * 1024 * 1024, size: (chunk: Uint8Array): number => chunk.byteLength };
const encoder = new TextEncoder();

/** The event streams of a session that are open now. */
export class SseStreams {
  readonly #open = new Map<string, Controller>();

  open(name: string): ReadableStream<Uint8Array> {
    let own: Controller;
    return new ReadableStream(
      {
        start: (controller) => {
          own = controller;
          this.#open.set(name, controller);
        },
        cancel: () => {
          if (this.#open.get(name) === own) this.#open.delete(name);
        },
      },
      BEHIND,
    );
  }

  isOpen(name: string): boolean {
    return this.#open.has(name);
  }

  /** False: there is no reader now. */
  send(name: string, text: string): boolean {
    const controller = this.#open.get(name);
    if (!controller || (controller.desiredSize ?? 0) < 0) return false;
    controller.enqueue(encoder.encode(text));
    return true;
  }

  close(name: string): void {
    this.#open.get(name)?.close();
    this.#open.delete(name);
  }

  /** A comment, which clients ignore: only a write reveals a client that vanished without closing. */
  probe(): void {
    for (const name of this.#open.keys()) this.send(name, ':\n\n');
  }

  closeAll(): void {
    for (const name of [...this.#open.keys()]) this.close(name);
  }
}
