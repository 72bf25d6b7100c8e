type Controller = ReadableStreamDefaultController<Uint8Array>;

/** As far behind a stream may be that nobody reads yet; the relay that reads has a bound of its own. */
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

  /** False: nobody reads it now. */
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

  /** A comment, which clients pass over: whoever is gone without a word is found by what is written to him. */
  probe(): void {
    for (const name of this.#open.keys()) this.send(name, ':\n\n');
  }

  closeAll(): void {
    for (const name of [...this.#open.keys()]) this.close(name);
  }
}
