/** Per minute; a line costs more than its length. */
const MAX_BYTES = 64 * 1024 * 1024;
const COST_OF_LINE = 1024;
const MINUTE_MS = 60_000;
const LAST_LINES = 20;

/** Output of a server that nobody reads: the last of it for the log, and whether it is too much. */
export class Unread {
  readonly #now: () => number;
  readonly #lines: string[] = [];
  #since: number;
  #written = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** Which limit it exceeds, if any. */
  count(text: string): string | undefined {
    const now = this.#now();
    if (now - this.#since >= MINUTE_MS) {
      this.#since = now;
      this.#written = 0;
    }
    this.#written += text.length + COST_OF_LINE;
    return this.#written > MAX_BYTES ? 'wrote 64 MiB or 65,000 lines in a minute, and nobody reads them' : undefined;
  }

  keep(line: string): void {
    if (this.#lines.push(line) > LAST_LINES) this.#lines.shift();
  }

  get lastLines(): readonly string[] {
    return this.#lines;
  }
}
