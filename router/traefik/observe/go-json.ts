/** JSON as Go's encoder writes it, with `<`, `>` and `&` escaped. */
export const goJson = (value: unknown): string => {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(value).replace(ESCAPED, asEscape);
};

/** Fast path for ASCII without characters to escape, which is almost everything in a log. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;
const ESCAPED = /[<>&\u2028\u2029]/g;

const asEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
