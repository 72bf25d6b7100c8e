import { constants } from 'node:os';

/** Of a process, for people. A shell says 128 and the signal's number of a child that a signal ended. */
export const howShellTells = (code: number): string => {
  const [name] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? [];
  return name === undefined ? `with code ${code}` : `by ${name}`;
};
