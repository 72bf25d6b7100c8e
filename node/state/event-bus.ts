import type { DetailedTask } from './task.ts';

/** What a client can subscribe to. */
export type NodeEvent =
  | { readonly kind: 'tools' | 'prompts' | 'resources' }
  | { readonly kind: 'resource'; readonly uri: string }
  | { readonly kind: 'task'; readonly task: DetailedTask; readonly principal?: string };

/** Delivers an event to all listeners, here and, with Redis, on every node. It never waits and never throws. */
export type EventBus = {
  publish(event: NodeEvent): void;
  subscribe(listener: (event: NodeEvent) => void): () => void;
};

/** Lets a server publish that something has changed. */
export type Changes = {
  tools(): void;
  prompts(): void;
  resources(): void;
  resource(uri: string): void;
};

export const changesOn = (bus: EventBus): Changes => ({
  tools: () => bus.publish({ kind: 'tools' }),
  prompts: () => bus.publish({ kind: 'prompts' }),
  resources: () => bus.publish({ kind: 'resources' }),
  resource: (uri) => bus.publish({ kind: 'resource', uri }),
});

export const localBus = (): EventBus => {
  const listeners = new Set<(event: NodeEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      // A separate object for each listener: two may be the same function.
      const own = (event: NodeEvent): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
};
