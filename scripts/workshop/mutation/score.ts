import { CORES } from '../coverage/cores.ts';

/** The result of a mutant: found by a test, a timeout or the compiler, not found, or equivalent. */
export type Verdict = 'killed' | 'endless' | 'refused' | 'survived' | 'equivalent';

export type Score = {
  readonly core: string;
  readonly killed: number;
  readonly endless: number;
  readonly survived: number;
  readonly refused: number;
  readonly equivalent: number;
  readonly percent: number;
};

type Judged = { readonly file: string; readonly verdict: Verdict };

/** Scores of the cores that had a file tried. */
export const scoresOf = (judged: readonly Judged[]): readonly Score[] =>
  CORES.map((core) => scoreOf(core, judged)).filter(({ percent }) => !Number.isNaN(percent));

const scoreOf = (core: string, judged: readonly Judged[]): Score => {
  const count = (verdict: Verdict): number =>
    judged.filter((one) => one.file.startsWith(core) && one.verdict === verdict).length;
  const [killed, endless, survived] = [count('killed'), count('endless'), count('survived')];
  const percent = (100 * (killed + endless)) / (killed + endless + survived);
  return { core, killed, endless, survived, refused: count('refused'), equivalent: count('equivalent'), percent };
};
