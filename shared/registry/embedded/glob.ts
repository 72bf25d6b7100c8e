/**
 * Redis' glob (MATCH of SCAN): `*`, `?`, `[a-z]`, `[^a]` and `\` to take the next character literally. It goes back to
 * the last star only, so a hostile pattern costs at most pattern times text.
 */
export const matchesGlob = (pattern: string, text: string): boolean => {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
      continue;
    }
    const step = p < pattern.length ? stepAt(pattern, p) : undefined;
    if (step?.matches(text[t] as string)) {
      p = step.end;
      t++;
      continue;
    }
    if (star < 0) return false;
    p = star + 1;
    t = ++resume;
  }
  while (pattern[p] === '*') p++;
  return p >= pattern.length;
};

type Step = { readonly end: number; matches(char: string): boolean };

const stepAt = (pattern: string, at: number): Step => {
  const char = pattern[at] as string;
  if (char === '?') return { end: at + 1, matches: () => true };
  if (char === '[') return classAt(pattern, at + 1);
  const escaped = char === '\\' && at + 1 < pattern.length;
  const wanted = escaped ? pattern[at + 1] : char;
  return { end: at + (escaped ? 2 : 1), matches: (found) => found === wanted };
};

const classAt = (pattern: string, start: number): Step => {
  const negated = pattern[start] === '^';
  const ranges: [string, string][] = [];
  let at = negated ? start + 1 : start;
  // An unclosed class ends with the pattern, as in Redis.
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern[at] === '\\' && at + 1 < pattern.length) at++;
    const from = pattern[at] as string;
    const ranged = pattern[at + 1] === '-' && at + 2 < pattern.length;
    const to = ranged ? (pattern[at + 2] as string) : from;
    ranges.push(from <= to ? [from, to] : [to, from]);
    at += ranged ? 3 : 1;
  }
  const matches = (char: string): boolean => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
  return { end: at + 1, matches };
};
