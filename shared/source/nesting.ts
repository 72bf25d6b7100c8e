/**
 * Where a text is nested so deeply that the YAML library would come to the end of the stack, at some 700 levels: it
 * recurses. To catch that is not enough, for V8 ends the process when it has to compile a regular expression there.
 * Rough on purpose: far above any real file, and counted in brackets of texts and comments too.
 */
export const nestedTooDeeply = (text: string): number | undefined => {
  const offset = Math.min(...[text.search(DASHES), text.search(INDENTED), brackets(text)].filter((at) => at >= 0));
  return offset === Number.POSITIVE_INFINITY ? undefined : offset;
};

/** In one line, each a level. */
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
