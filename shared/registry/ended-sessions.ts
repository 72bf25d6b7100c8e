import type { SessionId } from './session-id.ts';
import type { Ending } from './session-registry.ts';

/** Of the last sessions that this process ended: how. The store keeps no trace of them, by decision. */
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
