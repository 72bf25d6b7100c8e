import type { HeaderList } from '../core/request/header-list.ts';

/** What the log says about the server. Filled by the files that talk to servers. */
export class OriginFacts {
  #started = 0;
  #duration = 0;
  #status = 0;
  #headers: HeaderList | undefined = undefined;

  /** An attempt begins; the last one counts. */
  start(): void {
    this.#started = performance.now();
  }

  answered(status: number, headers: HeaderList | undefined): void {
    this.#status = status;
    this.#headers = headers ?? this.#headers;
  }

  finish(): void {
    this.#duration = this.elapsed;
  }

  get wasAsked(): boolean {
    return this.#started !== 0;
  }

  /** Milliseconds since the attempt began. */
  get elapsed(): number {
    return performance.now() - this.#started;
  }

  get duration(): number {
    return this.#duration;
  }

  get status(): number {
    return this.#status;
  }

  get headers(): HeaderList | undefined {
    return this.#headers;
  }
}
