/**
 * What a text of others could do to the terminal that shows it: steer it (control characters; 0x9b begins a sequence
 * as ESC does), turn it around or hide in it (what Unicode calls format: bidi overrides, zero-width characters, tags).
 * Such characters are shown as JSON writes them, so that JSON stays JSON of the same meaning.
 */
const WITHIN_LINE = /(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const WITHIN_TEXT = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/**
 * The styles of our own come first. Bold, faint, colours of letters and their ends: nothing that hides text, moves the
 * cursor or outlasts the print.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const WITHIN_STYLED = /(\u001b\[(?:[0-2]|22|3[1-69]|9[4-6])m)|(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const STYLES_END = '\u001b[0m';

/** A piece of text from others, for a line of ours: it stays within that line. */
export const visible = (text: string): string => text.replace(WITHIN_LINE, escaped);

/**
 * All that a program says goes through here as it leaves, so that nobody has to remember which piece came from others.
 * Where there are colours, exactly the styles that we write pass. Text of others can use those too: it is then coloured,
 * and nothing else, for as long as this print. A style that could not be forged would have to be kept apart from its
 * text through every function that builds a line, for no more than that.
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
