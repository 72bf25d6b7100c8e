const FIRST_MS = 250;
const LONGEST_MS = 5000;

/** How long to wait before the next start of a node that has died so many times in a row. */
export const backOff = (deaths: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, deaths - 1));
