/** Far longer than any record: JSON.parse takes a minute for 50 MB of brackets, and a node reads its mark every 3 s. */
const MAX_LENGTH = 16 * 1024;

/** The fields of a JSON object; of anything else, none. */
export const fieldsOf = (text: unknown): Record<string, unknown> => {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

/** A number outside the range of dates has no text. */
export const isDate = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 8.64e15;
