const FIRST_MS = 250;
const LONGEST_MS = 5000;

/** The delay before a restart, by how often the node has died in a row. */
export const backOff = (deaths: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, deaths - 1));
