import type { ClusterEvent } from './cluster.ts';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never;
export type Happening = WithoutTime<ClusterEvent>;

/** Passes the events of a cluster to its subscribers. */
export class EventFeed {
  readonly #listeners = new Set<(event: ClusterEvent) => void>();

  publish(happening: Happening): void {
    const event: ClusterEvent = { at: Date.now(), ...happening };
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: (event: ClusterEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
