import type { RuleError } from './rule.ts';

/** A rule as written: matchers joined by and, or, not. Columns count from 1. */
export type Node =
  | {
      readonly kind: 'matcher';
      readonly name: string;
      readonly args: readonly string[];
      readonly column: number;
      readonly text: string;
    }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'not'; readonly of: Node };

type Token = {
  readonly kind: 'name' | 'text' | 'sign' | 'end';
  readonly value: string;
  readonly column: number;
  readonly end: number;
};

/** Go's expression grammar, as far as rules go: `&&` binds closer than `||`, `!` closest. */
export const parseRule = (text: string): { node: Node } | { error: RuleError } => {
  try {
    return { node: new Parser(text).parse() };
  } catch (error) {
    if (error instanceof Unparsable) return { error: { message: error.message, column: error.column } };
    throw error;
  }
};

class Unparsable extends Error {
  readonly column: number;
  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #token: Token;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#read();
  }

  parse(): Node {
    const node = this.#or();
    if (this.#token.kind !== 'end') throw this.#unexpected('&& or ||');
    return node;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#take('||')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Node {
    let left = this.#unary();
    while (this.#take('&&')) left = { kind: 'and', left, right: this.#unary() };
    return left;
  }

  #unary(): Node {
    if (this.#take('!')) return { kind: 'not', of: this.#unary() };
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    return this.#matcher();
  }

  #matcher(): Node {
    const name = this.#token;
    if (name.kind !== 'name') throw this.#unexpected('a matcher');
    this.#next();
    this.#expect('(');
    const args: string[] = [];
    while (this.#token.value !== ')' || this.#token.kind === 'text') {
      if (this.#token.kind !== 'text') throw this.#unexpected('a text in backquotes or double quotes');
      args.push(this.#next().value);
      if (!this.#take(',')) break;
    }
    const end = this.#token.end;
    this.#expect(')');
    return {
      kind: 'matcher',
      name: name.value,
      args,
      column: name.column,
      text: this.#text.slice(name.column - 1, end),
    };
  }

  #take(sign: string): boolean {
    if (this.#token.kind !== 'sign' || this.#token.value !== sign) return false;
    this.#next();
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#unexpected(sign);
  }

  #next(): Token {
    const token = this.#token;
    this.#token = this.#read();
    return token;
  }

  #unexpected(wanted: string): Unparsable {
    const { kind, value, column } = this.#token;
    return new Unparsable(`expected ${wanted}, found ${kind === 'end' ? 'the end' : JSON.stringify(value)}`, column);
  }

  #read(): Token {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
    const start = this.#at;
    const token = (kind: Token['kind'], value: string, length: number): Token => {
      this.#at = start + length;
      return { kind, value, column: start + 1, end: this.#at };
    };
    const rest = this.#text.slice(start);
    if (rest === '') return token('end', '', 0);
    const sign = /^(?:&&|\|\||[!(),])/.exec(rest)?.[0];
    if (sign) return token('sign', sign, sign.length);
    const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    if (name) return token('name', name, name.length);
    const raw = /^`([^`]*)`/.exec(rest);
    if (raw) return token('text', raw[1]!, raw[0].length);
    const quoted = /^"((?:[^"\\\n]|\\.)*)"/.exec(rest);
    if (quoted) return token('text', unquote(quoted[1]!, start + 1), quoted[0].length);
    throw new Unparsable(
      /^[`"]/.test(rest) ? 'string literal not terminated' : `illegal character ${JSON.stringify(rest[0])}`,
      start + 1,
    );
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** The escapes of Go's double-quoted strings. */
const unquote = (inner: string, column: number): string =>
  inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g, (_, escaped: string) => {
    if (/^[xuU]./.test(escaped)) return String.fromCodePoint(Number.parseInt(escaped.slice(1), 16));
    if (/^[0-7]{3}$/.test(escaped)) return String.fromCodePoint(Number.parseInt(escaped, 8));
    const simple = SIMPLE[escaped];
    if (simple === undefined) throw new Unparsable('unknown escape sequence', column);
    return simple;
  });
