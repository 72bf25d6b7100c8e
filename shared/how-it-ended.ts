import { constants } from 'node:os';

/**
 * How a process ended, in words. A shell exits with 128 plus the signal's number when its child was ended by a signal.
 */
export const howShellTells = (code: number): string => {
  const [name] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? [];
  return name === undefined ? `with code ${code}` : `by ${name}`;
};
