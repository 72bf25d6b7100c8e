import { analyse } from 'scslre';
import { findRepeatedWord, type Growth } from './repeated-word.ts';

/** undefined: linear. scslre knows what one character does, repeated-word.ts what a longer word does. */
export const judgePattern = (source: string, flags: string): Growth | undefined => {
  const { reports } = analyse({ source, flags });
  const [worst] = reports.toSorted((a, b) => Number(b.exponential) - Number(a.exponential));
  if (worst !== undefined)
    return { growth: worst.exponential ? 'exponential' : 'polynomial', repeat: worst.character.pick };
  return findRepeatedWord(source, flags);
};
