const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Short, for a column: 12 s, 5 min, 3 h, 2 d. Never negative, because the clocks of two machines differ. */
export const ageText = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 2 * MINUTE) return `${seconds} s`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`;
  return seconds < 2 * DAY ? `${Math.round(seconds / HOUR)} h` : `${Math.round(seconds / DAY)} d`;
};
