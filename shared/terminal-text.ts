/**
 * What untrusted text could do to a terminal: control it (control characters; 0x9b starts a sequence as ESC does),
 * reverse or hide text (Unicode's format characters: bidi overrides, zero-width characters, tags). Such characters are
 * printed as JSON escapes, so JSON stays equivalent JSON.
 */
const WITHIN_LINE = /(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const WITHIN_TEXT = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/**
 * Our own styles come first: bold, faint, foreground colours and their resets. None hides text, moves the cursor or
 * outlasts the print.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const WITHIN_STYLED = /(\u001b\[(?:[0-2]|22|3[1-69]|9[4-6])m)|(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const STYLES_END = '\u001b[0m';

/** Untrusted text as part of one of our lines: it cannot begin another line. */
export const visible = (text: string): string => text.replace(WITHIN_LINE, escaped);

/**
 * All output passes through here, so nobody has to remember which part is untrusted. With colours on, exactly our own
 * styles pass; untrusted text could use those too, but only to colour itself until the end of this print. Preventing
 * that would mean keeping styles and text apart in every function that builds a line.
 */
export const forTerminal = (text: string, { color }: { readonly color: boolean }): string => {
  if (!color) return text.replace(WITHIN_TEXT, escaped);
  let styled = false;
  const shown = text.replace(WITHIN_STYLED, (found: string, style: string | undefined) => {
    styled ||= style !== undefined;
    return style ?? escaped(found);
  });
  return styled ? shown + STYLES_END : shown;
};

const escaped = (character: string): string => {
  const [first, second] = [character.charCodeAt(0), character.charCodeAt(1)];
  return Number.isNaN(second) ? unit(first) : unit(first) + unit(second);
};

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
