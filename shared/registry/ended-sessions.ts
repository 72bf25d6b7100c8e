import type { SessionId } from './session-id.ts';
import type { Ending } from './session-registry.ts';

/** How the last sessions of this process ended. The store deliberately keeps no trace of them. */
export class EndedSessions {
  readonly #limit: number;
  readonly #endings = new Map<SessionId, Ending>();

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  remember(id: SessionId, ending: Ending): void {
    this.#endings.delete(id);
    this.#endings.set(id, ending);
    if (this.#endings.size <= this.#limit) return;
    const [oldest] = this.#endings.keys();
    if (oldest) this.#endings.delete(oldest);
  }

  forget(id: SessionId): void {
    this.#endings.delete(id);
  }

  of(id: SessionId): Ending | undefined {
    return this.#endings.get(id);
  }
}
