/** Holds clients between two calls while an idle cluster is inspected. */
export class Gate {
  #shut: { readonly opens: Promise<void>; readonly open: () => void } | undefined;
  #members = 0;
  #parked = 0;
  #onParked: () => void = () => undefined;

  join(): void {
    this.#members += 1;
  }

  /** Resolves at once while it is open. */
  async pass(): Promise<void> {
    if (this.#shut === undefined) return;
    this.#parked += 1;
    this.#onParked();
    await this.#shut.opens;
    this.#parked -= 1;
  }

  /** Resolves when all clients are waiting, or after the timeout with the number of those that are not. */
  async shut(limitMs: number): Promise<number> {
    let open = (): void => undefined;
    const opens = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#shut = { opens, open };
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onParked = () => {
        if (this.#parked < this.#members) return;
        clearTimeout(timer);
        resolve();
      };
      this.#onParked();
    });
    return this.#members - this.#parked;
  }

  open(): void {
    this.#onParked = () => undefined;
    this.#shut?.open();
    this.#shut = undefined;
  }
}
