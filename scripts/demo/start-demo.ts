import { setMaxListeners } from 'node:events';
import { runDemoClient } from './demo-client.ts';
import { applyEvent, type DemoEvent, type DemoState, EMPTY } from './demo-state.ts';

export type DemoOptions = {
  readonly url: string;
  readonly clients: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DemoEvent, state: DemoState) => void;
};

/** Real SDK clients, every other one with cookies, until the signal; resolves when all their sessions are closed. */
export const startDemo = async ({ url, clients, signal, onEvent }: DemoOptions): Promise<DemoState> => {
  // Every client waits for the same signal.
  setMaxListeners(0, signal);
  let state = EMPTY;
  const happened = (event: DemoEvent): void => {
    state = applyEvent(state, event);
    onEvent(event, state);
  };
  const one = (_: unknown, i: number): Promise<void> =>
    runDemoClient({ name: `c${i + 1}`, cookies: i % 2 === 0, url, signal, onEvent: happened });
  await Promise.all(Array.from({ length: clients }, one));
  return state;
};
