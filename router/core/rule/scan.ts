/** One token of a rule. Rules are Go expressions, so this is Go's lexical grammar. `at` and `end` count from 0. */
export type Token = {
  readonly kind: 'name' | 'text' | 'number' | 'operator' | 'newline' | 'end';
  readonly value: string;
  readonly at: number;
  readonly end: number;
};

/** A rule that cannot be parsed, and where. `syntactic`: a syntax error, for which Go gives the line. */
export class Unparsable extends Error {
  readonly at: number;
  readonly syntactic: boolean;

  constructor(message: string, at: number, syntactic = true) {
    super(message);
    this.at = at;
    this.syntactic = syntactic;
  }
}

/** Go ends an expression at a line break, or at the end of the text, after one of these. */
const mayEnd = ({ kind, value }: Token): boolean => kind === 'name' || kind === 'text' || value === ')';

/** The token after `last`; undefined at the start. */
export const scan = (text: string, last: Token | undefined): Token => {
  const from = last?.end ?? 0;
  const at = from + BLANK.exec(text.slice(from))![0].length;
  if (last !== undefined && mayEnd(last)) {
    const line = text.slice(from, at).indexOf('\n');
    if (line >= 0 || at === text.length)
      return { kind: 'newline', value: '\n', at: line < 0 ? at : from + line, end: at };
  }
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

/** Blanks and comments. */
const BLANK = /^(?:[ \t\r\n]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/;
const WORD = /^[\p{L}_][\p{L}\p{Nd}_]*/u;
const NUMBER = /^\.?\d[\w.]*/;
const RAW = /^`[^`]*`/;
const QUOTED = /^"(?:[^"\\\n]|\\[^\n])*"/;
const OPERATOR = /^(?:\.\.\.|&&|\|\||<<=|>>=|&\^=?|<-|\+\+|--|==|:=|[-!<>+*/%&|^]=|<<|>>|[-+*/%&|^<>=!~()[\]{},;.:])/;
