import { setTimeout as wait } from 'node:timers/promises';
import type { LogFile } from './log-file.ts';

export type Trouble = (what: { readonly dropped: number } | { readonly error: unknown }) => void;

/** Lines are collected this long, so that a busy router writes some dozen times a second and not once per request. */
const COLLECT_MS = 20;
/** Characters that wait at most, the ones under way included. */
const LIMIT = 8 * 1024 * 1024;
/** A disk that hangs must not keep the process from ending. */
const CLOSE_MS = 1000;

/** Lines on their way to a file. Nobody waits for the disk, and a disk that hangs costs lines, not memory. */
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
  /** Everything done to the file, one after the other. */
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

  /** What was written before goes to the old file, what comes later to the new one. */
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

  /** When the new file cannot be opened the old one is better than none. */
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
