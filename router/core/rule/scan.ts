/** One token of a rule, by the lexical grammar of Go: rules are Go expressions. `at` and `end` count from 0. */
export type Token = {
  readonly kind: 'name' | 'text' | 'number' | 'operator' | 'newline' | 'end';
  readonly value: string;
  readonly at: number;
  readonly end: number;
};

/** What no rule can be, and where. `syntactic`: it is about the text alone, and Go says the line. */
export class Unparsable extends Error {
  readonly at: number;
  readonly syntactic: boolean;

  constructor(message: string, at: number, syntactic = true) {
    super(message);
    this.at = at;
    this.syntactic = syntactic;
  }
}

/** After these an expression may be over, so Go takes the end of the line for the end of it. */
const mayEnd = ({ kind, value }: Token): boolean =>
  kind === 'name' || kind === 'text' || kind === 'number' || value === ')' || value === ']' || value === '}';

/** The token after `last`, which is undefined at the beginning. */
export const scan = (text: string, last: Token | undefined): Token => {
  const from = last?.end ?? 0;
  const at = from + BLANK.exec(text.slice(from))![0].length;
  const newline = last !== undefined && mayEnd(last) ? text.slice(from, at).search(LINE_END) : -1;
  if (newline >= 0) return { kind: 'newline', value: '\n', at: from + newline, end: at };
  const rest = text.slice(at);
  if (rest === '') return { kind: 'end', value: '', at, end: at };
  const word = WORD.exec(rest)?.[0];
  if (word !== undefined) return token('name', word, at);
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) return token('number', number, at);
  if (rest[0] === '`' || rest[0] === '"') return string(rest, at);
  if (rest[0] === "'") throw new Unparsable('illegal rune literal', at);
  if (rest.startsWith('/*')) throw new Unparsable('comment not terminated', at);
  const operator = OPERATOR.exec(rest)?.[0];
  if (operator === undefined) throw new Unparsable(`illegal character ${named(rest)}`, at);
  return token('operator', operator, at);
};

const token = (kind: Token['kind'], value: string, at: number): Token => ({ kind, value, at, end: at + value.length });

const string = (rest: string, at: number): Token => {
  const literal = (rest[0] === '`' ? RAW : QUOTED).exec(rest)?.[0];
  if (literal !== undefined) return token('text', literal, at);
  throw new Unparsable(`${rest[0] === '`' ? 'raw string' : 'string'} literal not terminated`, at);
};

const named = (rest: string): string => {
  const character = String.fromCodePoint(rest.codePointAt(0)!);
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) ? `U+${code} '${character}'` : `U+${code}`;
};

/** Blanks and comments; the comment of a line leaves its end to be seen. */
const BLANK = /^(?:[ \t\r\n]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/;
/** Where an expression that may be over is over: at a line's end, or at a comment that reaches over one. */
const LINE_END = /\n|\/\/|\/\*[^*\n]*\n/;
const WORD = /^[\p{L}_][\p{L}\p{Nd}_]*/u;
const NUMBER = /^\.?\d[\w.]*/;
const RAW = /^`[^`]*`/;
const QUOTED = /^"(?:[^"\\\n]|\\[^\n])*"/;
const OPERATOR = /^(?:\.\.\.|&&|\|\||<<=|>>=|&\^=?|<-|\+\+|--|==|:=|[-!<>+*/%&|^]=|<<|>>|[-+*/%&|^<>=!~()[\]{},;.:])/;
