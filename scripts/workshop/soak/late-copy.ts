import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const LOOK_MS = 100;

/** A copy of a file as on another machine: every change arrives later. */
export class LateCopy {
  readonly to: string;
  lagMs: number;
  readonly #from: string;
  readonly #timers = new Set<NodeJS.Timeout>();
  #last = '';
  #spoilt = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(from: string, to: string, lagMs: number) {
    this.#from = from;
    this.to = to;
    this.lagMs = lagMs;
  }

  static async start({ from, to, lagMs }: { readonly from: string; readonly to: string; readonly lagMs: number }) {
    const copy = new LateCopy(from, to, lagMs);
    await mkdir(dirname(to), { recursive: true });
    copy.#last = await readFile(from, 'utf8');
    await copy.#write(copy.#last);
    copy.#timers.add(setInterval(() => void copy.#look(), LOOK_MS));
    return copy;
  }

  /** Replaces the file with an unreadable one; the next change, or `mend`, repairs it. */
  async spoil(): Promise<void> {
    this.#spoilt = true;
    await this.#write('http: {routers: [');
  }

  async mend(): Promise<void> {
    if (!this.#spoilt) return;
    this.#spoilt = false;
    await this.#write(this.#last);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #look(): Promise<void> {
    const text = await readFile(this.#from, 'utf8').catch(() => this.#last);
    if (text === this.#last) return;
    this.#last = text;
    this.#timers.add(setTimeout(() => void this.#write(text), this.lagMs));
  }

  #write(text: string): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const beside = join(dirname(this.to), '.next');
      await writeFile(beside, text);
      await rename(beside, this.to);
    });
    return this.#writing;
  }
}
