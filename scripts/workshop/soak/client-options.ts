import type { Gate } from './gate.ts';
import type { Ledger } from './ledger.ts';

/** A proxy, as its clients see it. */
export type FrontView = {
  readonly name: string;
  readonly url: string;
  /** It has run for a while, so its own 404 is not from startup. */
  steady(): boolean;
};

export type ClientOptions = {
  readonly name: string;
  readonly front: FrontView;
  readonly cookies: boolean;
  readonly random: () => number;
  readonly ledger: Ledger;
  readonly gate: Gate;
  readonly signal: AbortSignal;
};
