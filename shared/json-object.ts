/** The fields of a JSON object; undefined: the text is something else. */
export const jsonObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  // Most lines of a log are for people, and to look at the beginning is cheaper than a parse error.
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
};
