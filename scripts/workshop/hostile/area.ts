/**
 * A case is data, as in router/parity/cases: what is done, and what must hold after it. Beside its own expectation the
 * same rule holds for every case: no process ends, nothing is uncaught, and an honest request right after is answered.
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

/** What a case counts while it goes on; the table at the end is the sum. */
export type Tally = {
  /** Hostile things done: one where the case counts nothing. */
  faults: number;
  /** Honest requests that were not answered as they should. */
  lost: number;
  /** Answers at the wrong client, and requests that nobody sent. */
  crossed: number;
  /** Where both sides have been asked: how often they did otherwise, by the name of the difference. */
  readonly differs: Map<string, number>;
  /** What came of it, in a word. */
  saw: string;
  /** For people, while it runs. */
  progress(text: string): void;
};

/** What the cases of an area work with: processes of ours, and whatever stands around them. */
export type Rig = {
  readonly watched: readonly Watched[];
  /** Throws when a plain request is not answered as it should be. */
  honest(): Promise<void>;
  /** Ends what may rightly be kept, such as idle connections to servers: what is open after that was forgotten. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

export type HostileCase<R extends Rig> = {
  readonly name: string;
  play(rig: R, tally: Tally): Promise<Pattern>;
  readonly expect: Pattern;
  /** Where Traefik does something else. */
  readonly traefik?: Pattern;
};

export type Area<R extends Rig = Rig> = {
  readonly name: string;
  /** Whom it is for: nodes and their hosts stand for themselves. */
  readonly subjects: readonly SubjectKind[];
  /** All of them stand side by side in one rig. */
  readonly together?: true;
  open(subject: SubjectKind, settings: Settings): Promise<R>;
  cases(settings: Settings): readonly HostileCase<R>[];
};
