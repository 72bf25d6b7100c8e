import type { Happening } from './event.ts';

/** When each client got its last answer. */
export class AnswerBook {
  readonly #last = new Map<number, number>();

  note(happening: Happening, now: number): void {
    if (happening.kind === 'opened' && !this.#last.has(happening.client)) this.#last.set(happening.client, 0);
    if (happening.kind === 'answered') this.#last.set(happening.client, now);
    // Clients that have given up are not waited for.
    if (happening.kind === 'stranded') this.#last.delete(happening.client);
  }

  withoutAnswer(since: number): number {
    return [...this.#last.values()].filter((at) => at < since).length;
  }
}
