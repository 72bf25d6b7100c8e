import type { RuleError } from './rule.ts';
import { scan, type Token, Unparsable } from './scan.ts';
import { stringValue } from './string-literal.ts';

/** A rule as written: matchers joined by and, or, not. `at` counts from 0. */
export type Node =
  | {
      readonly kind: 'matcher';
      readonly name: string;
      readonly args: readonly string[];
      readonly at: number;
      readonly text: string;
    }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Node[] }
  | { readonly kind: 'not'; readonly of: Node };

/** The subset of Go expressions that rules use: `&&` binds tighter than `||`, `!` tightest. */
export const parseRule = (
  text: string,
  isMatcher: (name: string) => boolean,
): { node: Node } | { error: RuleError } => {
  try {
    return { node: new Parser(text, isMatcher).parse() };
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error;
    const place = error.syntactic ? `${placeOf(text, error.at)}: ` : '';
    return { error: { message: place + error.message, column: error.at + 1 } };
  }
};

/** Go's position: line and byte, both from 1. */
const placeOf = (text: string, at: number): string => {
  const lines = text.slice(0, at).split('\n');
  return `${lines.length}:${Buffer.byteLength(lines.at(-1)!) + 1}`;
};

/** Deeper than any real rule, and far below the stack limit. */
const MAX_DEPTH = 500;

class Parser {
  readonly #text: string;
  readonly #isMatcher: (name: string) => boolean;
  #token: Token;
  #depth = 0;

  constructor(text: string, isMatcher: (name: string) => boolean) {
    this.#text = text;
    this.#isMatcher = isMatcher;
    this.#token = scan(text, undefined);
  }

  parse(): Node {
    const node = this.#or();
    if (this.#token.kind === 'newline') this.#next();
    if (this.#token.kind !== 'end') throw this.#unexpected("'EOF'");
    return node;
  }

  #or(): Node {
    return this.#chain('or', '||', () => this.#chain('and', '&&', () => this.#unary()));
  }

  #chain(kind: 'and' | 'or', sign: string, part: () => Node): Node {
    const parts = [part()];
    while (this.#take(sign)) parts.push(part());
    const { value, at } = this.#token;
    if (UNSUPPORTED.test(value)) throw new Unparsable(`${value} is not supported`, at, false);
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  #unary(): Node {
    if (this.#depth++ > MAX_DEPTH) throw new Unparsable('exceeded max nesting depth', this.#token.at);
    const node = this.#operand();
    this.#depth--;
    return node;
  }

  #operand(): Node {
    if (this.#take('!')) return { kind: 'not', of: this.#unary() };
    if (!this.#take('(')) return this.#matcher();
    const inner = this.#or();
    this.#expect(')');
    return inner;
  }

  #matcher(): Node {
    const name = this.#token;
    if (name.kind !== 'name') throw this.#unexpected('operand');
    this.#next();
    if (!this.#take('(')) throw new Unparsable(`${name.value} is not defined`, name.at, false);
    if (!this.#isMatcher(name.value)) throw new Unparsable(`unsupported function: ${name.value}`, name.at, false);
    const args = this.#args();
    const { end } = this.#token;
    this.#expect(')');
    return { kind: 'matcher', name: name.value, args, at: name.at, text: this.#text.slice(name.at, end) };
  }

  #args(): string[] {
    const args: string[] = [];
    while (!this.#is(')') && this.#token.kind !== 'end') {
      args.push(this.#arg());
      // Go's variadic `...`: allowed here, without effect.
      const spread = this.#take('...');
      if (!this.#take(',')) {
        if (!this.#is(')')) throw this.#missingComma();
      } else if (spread) break;
    }
    return args;
  }

  #arg(): string {
    const { kind, value, at } = this.#token;
    if (kind === 'text') {
      this.#next();
      return stringValue(value, at);
    }
    if (kind === 'operator') throw this.#unexpected('operand');
    throw new Unparsable(`${value} is not a text in backquotes or double quotes`, at, false);
  }

  #missingComma(): Unparsable {
    const newline = this.#token.kind === 'newline' ? ' before newline' : '';
    return new Unparsable(`missing ','${newline} in argument list`, this.#token.at);
  }

  #is(sign: string): boolean {
    return this.#token.value === sign;
  }

  #take(sign: string): boolean {
    const found = this.#is(sign);
    if (found) this.#next();
    return found;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#unexpected(`'${sign}'`);
  }

  #next(): void {
    this.#token = scan(this.#text, this.#token);
  }

  #unexpected(wanted: string): Unparsable {
    const { kind, value, at } = this.#token;
    const found = { end: "'EOF'", newline: 'newline', operator: `'${value}'` }[kind as string] ?? value;
    return new Unparsable(`expected ${wanted}, found ${found}`, at);
  }
}

/** Binary operators of Go that rules do not have. */
const UNSUPPORTED = /^(?:[-+*/%&|^<>]|<<|>>|&\^|[=!<>]=)$/;
