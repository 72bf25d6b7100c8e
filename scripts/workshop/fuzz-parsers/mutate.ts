/** Small mutations of inputs that reached new code. */

/** Tokens that begin, end, escape or repeat something in the formats that we read. */
const WORDS = [
  ...[
    '\0',
    '\t',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '"',
    "'",
    '`',
    '\\',
    '/',
    '//',
    '..',
    '%',
    '%00',
    '%2f',
    '%zz',
    '\x7f',
    '\x80',
    '\xff',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ':',
    ';',
    ',',
    '.',
    '=',
    '&',
    '*',
    '?',
    '#',
    '@',
    '!',
    '|',
    '-',
    '+',
    '~',
    '$',
    '<',
    '>',
  ],
  ...[
    '0',
    '-1',
    '1',
    '00',
    '9007199254740993',
    '1e400',
    '0x1',
    'NaN',
    'null',
    'true',
    '{{',
    '}}',
    '<<',
    '---',
    '!!str ',
  ],
  ...['__proto__', 'constructor', '\\u0000', '\\ud800', '\u2028', '\u202e', '\ud800', '\ufeff', 'é', '😀', '&a ', '*a'],
];
const LONGEST = 4_096;

type Chance = () => number;

export const mutated = (random: Chance, text: string, other: string): string => {
  let now = text;
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) now = step(random, now, other);
  return now.slice(0, LONGEST);
};

const step = (random: Chance, text: string, other: string): string => {
  const at = below(random, text.length + 1);
  const to = Math.min(text.length, at + 1 + below(random, random() < 0.8 ? 8 : text.length));
  const [before, piece, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)];
  switch (below(random, 8)) {
    case 0:
      return before + after;
    case 1:
      return before + piece + piece + after;
    case 2:
      return before + piece.repeat(1 + below(random, 32)) + after;
    case 3:
      return before + WORDS[below(random, WORDS.length)] + piece + after;
    case 4:
      return before + WORDS[below(random, WORDS.length)] + after;
    case 5:
      return before + other.slice(below(random, other.length)) + after;
    case 6:
      return before + String.fromCharCode(below(random, 256)) + text.slice(at + 1);
    default:
      return before + after + piece;
  }
};

const below = (random: Chance, limit: number): number => Math.floor(random() * limit);
