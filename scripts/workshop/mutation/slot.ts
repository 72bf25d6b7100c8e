/** One process per thread: running out of memory ends only that process, and it ends with its parent. */
import type { Trial, TrialParts } from './trial.ts';
import { TrialThread } from './worker-thread.ts';

export type Order = { readonly parts: TrialParts } | { readonly trial: Trial; readonly limitMs: number };

let thread: TrialThread | undefined;

process.on('disconnect', () => process.exit());
process.on('message', async (order: Order) => {
  if ('parts' in order) thread = await TrialThread.start(order.parts);
  process.send!('parts' in order ? 'ready' : await thread!.attempt(order.trial, order.limitMs));
});
