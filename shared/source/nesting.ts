/**
 * Finds nesting so deep that the recursive YAML library would overflow the stack, at some 700 levels. Catching that
 * error is not enough: V8 aborts the process if it must compile a regular expression there. The limit is far above any
 * real file, and brackets in strings and comments count too.
 */
export const nestedTooDeeply = (text: string): number | undefined => {
  const offset = Math.min(...[text.search(DASHES), text.search(INDENTED), brackets(text)].filter((at) => at >= 0));
  return offset === Number.POSITIVE_INFINITY ? undefined : offset;
};

/** Per line; each bracket is a level. */
const DASHES = /(?:[-?:][ \t]+){100}/;
const INDENTED = /^ {250}(?! *(?:#|$))/m;
const MAX_BRACKETS = 150;

const brackets = (text: string): number => {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_BRACKETS) return i;
  }
  return -1;
};
