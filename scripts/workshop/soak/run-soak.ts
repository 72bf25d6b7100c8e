import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Fault, type FaultKind, roundsOf } from './faults.ts';
import { runFleet } from './fleet.ts';
import { Gate } from './gate.ts';
import { Ledger } from './ledger.ts';
import { heal, perform } from './perform.ts';
import { Pulse } from './pulse.ts';
import { checkQuiet, Growth } from './quiet.ts';
import { openStage } from './stage.ts';

export type SoakOptions = {
  readonly minutes: number;
  readonly seed: number;
  readonly clients: number;
  /** Empty: all of them, at random. */
  readonly only: readonly FaultKind[];
  /** How much later one Traefik gets each file. */
  readonly lagMs: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: number, faults: readonly Fault[]) => void;
  readonly onStart: (ledger: Ledger) => void;
};

export type SoakEnd = {
  readonly ledger: Ledger;
  readonly rounds: number;
  readonly faults: number;
  readonly seconds: number;
  readonly most: { readonly mib: number; readonly files: number };
  /** The longest time that this machine stood still. */
  readonly stoodStillMs: number;
  readonly interrupted: boolean;
};

/** Clients work for a while before the first fault, so that the first memory sample is representative. */
const WARM_MS = 4000;
/** A call, its resumption, and a close. */
const PARK_MS = 60_000;

export const runSoak = async (options: SoakOptions): Promise<SoakEnd> => {
  const { minutes, seed, clients, only, lagMs, signal, onRound } = options;
  const begun = performance.now();
  const pulse = new Pulse();
  const ledger = new Ledger(() => performance.now() - begun, pulse.stoodStillMs);
  options.onStart(ledger);
  const stage = await openStage(ledger, lagMs);
  const gate = new Gate();
  const over = new AbortController();
  // Every request of every client adds a listener.
  setMaxListeners(0, over.signal, signal);
  const growth = new Growth();
  const sdk = Math.max(1, Math.round(clients / 5));
  const { fronts } = stage;
  const fleet = runFleet({ fronts, seed, raw: clients - sdk, sdk, ledger, gate, signal: over.signal });
  let [rounds, faults] = [0, 0];
  try {
    await wait(WARM_MS, undefined, { signal }).catch(() => undefined);
    const until = begun + minutes * 60_000;
    for (const round of roundsOf(seed, only)) {
      if (signal.aborted || (rounds > 0 && performance.now() >= until)) break;
      rounds += 1;
      faults += round.length;
      pulse.roundBegins();
      onRound(rounds, round);
      ledger.note(`round ${rounds}`);
      await Promise.all(round.map((fault) => perform({ stage, ledger, signal }, fault)));
      await heal({ stage, ledger, signal: over.signal });
      const late = await gate.shut(PARK_MS);
      if (late > 0) ledger.late('every call comes to its end', `${late} clients are still waiting`);
      await checkQuiet(stage, ledger);
      await growth.look(stage);
      growth.judge(stage, ledger);
      gate.open();
    }
  } finally {
    over.abort();
    gate.open();
    await fleet;
    await stage.close();
    pulse.stop();
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  const stoodStillMs = Math.round(pulse.longestMs());
  return { ledger, rounds, faults, seconds, most: growth.most(), stoodStillMs, interrupted: signal.aborted };
};
