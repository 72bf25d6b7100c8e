/** Parsers with planted faults. */

/** Throws after three characters in sequence; each of them shows only in the code coverage. */
export const hidden = (text: string): void => {
  if (text[0] !== 'F') return;
  if (text[1] !== 'U') return;
  if (text[2] !== 'Z') return;
  throw new Error('found');
};

export const square = (text: string): void => {
  for (let i = 0; i < text.length; i++) for (let k = 0; k < i; k++) if (text[k] === '\0') return;
};

export const straight = (text: string): void => {
  for (let i = 0; i < text.length; i++) if (text[i] === '\0') return;
};
