import { setTimeout as wait } from 'node:timers/promises';
import type { LogFile } from './log-file.ts';

export type Trouble = (what: { readonly dropped: number } | { readonly error: unknown }) => void;

/** Lines are batched for this long, so that a busy router writes some dozen times a second, not once per request. */
const COLLECT_MS = 20;
/** Limit for waiting characters, including those being written. */
const LIMIT = 8 * 1024 * 1024;
/** A disk that hangs must not prevent the process from exiting. */
const CLOSE_MS = 1000;

/** Writes lines to a file in the background. If the disk hangs, lines are lost, but memory stays bounded. */
export class LineBuffer {
  readonly #open: () => LogFile;
  readonly #trouble: Trouble;
  readonly #limit: number;
  #file: LogFile;
  #lines: string[] = [];
  #size = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing = false;
  /** All operations on the file, one after the other. */
  #work = Promise.resolve();

  /** Throws when the file cannot be opened. */
  constructor(open: () => LogFile, trouble: Trouble, limit = LIMIT) {
    this.#open = open;
    this.#trouble = trouble;
    this.#limit = limit;
    this.#file = open();
  }

  write(line: string): void {
    if (this.#size + line.length > this.#limit) {
      this.#dropped++;
      return;
    }
    this.#lines.push(line);
    this.#size += line.length;
    this.#collect();
  }

  /** Earlier lines go to the old file, later ones to the new file. */
  reopen(): Promise<void> {
    void this.#flush();
    this.#work = this.#work.then(() => this.#swap());
    return this.#work;
  }

  async close(): Promise<void> {
    const closed = this.#flush().then(() => this.#file.close());
    await Promise.race([closed, wait(CLOSE_MS, undefined, { ref: false })]);
  }

  #collect(): void {
    if (this.#timer === undefined && !this.#writing) this.#timer = setTimeout(() => this.#flush(), COLLECT_MS);
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#lines.join('');
    this.#lines = [];
    this.#work = this.#work.then(() => this.#put(batch));
    return this.#work;
  }

  async #put(batch: string): Promise<void> {
    this.#writing = true;
    await this.#file.write(Buffer.from(batch)).catch((error: unknown) => this.#trouble({ error }));
    this.#writing = false;
    this.#size -= batch.length;
    if (this.#dropped > 0) this.#trouble({ dropped: this.#dropped });
    this.#dropped = 0;
    if (this.#lines.length > 0) this.#collect();
  }

  /** If the new file cannot be opened, the old one stays in use. */
  async #swap(): Promise<void> {
    try {
      const next = this.#open();
      await this.#file.close();
      this.#file = next;
    } catch (error) {
      this.#trouble({ error });
    }
  }
}
