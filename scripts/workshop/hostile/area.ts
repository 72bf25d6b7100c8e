/**
 * A case is data, as in router/parity/cases: what is done, and what must hold afterwards. In addition, for every case:
 * no process ends, there is no uncaught error, and a normal request right after it is answered.
 */
import type { Pattern } from '../../../router/parity/pattern.ts';
import type { SubjectKind } from '../../../router/parity/subject.ts';
import type { Watched } from './watched.ts';

export type Settings = {
  readonly against: readonly SubjectKind[];
  readonly seed: number;
  readonly mutations: number;
  readonly signal: AbortSignal;
};

/** Counters of a case; the final table shows the sums. */
export type Tally = {
  /** Hostile actions; 1 if the case counts nothing. */
  faults: number;
  /** Normal requests that did not get the right answer. */
  lost: number;
  /** Answers that reached the wrong client, and requests that no client sent. */
  crossed: number;
  /** If both sides were tested: how often they differed, by the id of the difference. */
  readonly differs: Map<string, number>;
  /** The result in one word. */
  saw: string;
  /** Progress for people. */
  progress(text: string): void;
};

/** What the cases of an area run against: our processes, and their surroundings. */
export type Rig = {
  readonly watched: readonly Watched[];
  /** Throws if a normal request does not get the right answer. */
  honest(): Promise<void>;
  /** Closes what may stay open, such as idle connections to servers: anything still open afterwards is a leak. */
  closeIdle(): Promise<void>;
  close(): Promise<void>;
};

export type HostileCase<R extends Rig> = {
  readonly name: string;
  play(rig: R, tally: Tally): Promise<Pattern>;
  readonly expect: Pattern;
  /** If Traefik differs. */
  readonly traefik?: Pattern;
};

export type Area<R extends Rig = Rig> = {
  readonly name: string;
  /** What it tests; nodes and their hosts are tested without a proxy. */
  readonly subjects: readonly SubjectKind[];
  /** All cases share one rig. */
  readonly together?: true;
  open(subject: SubjectKind, settings: Settings): Promise<R>;
  cases(settings: Settings): readonly HostileCase<R>[];
};
