import type { Readable } from 'node:stream';

export type Line = {
  readonly text: string;
  /** Otherwise it is the start of a line that was too long, whose rest is skipped. */
  readonly whole: boolean;
};

/** Splits chunks of text into lines, in linear time. A line without end cannot fill the memory. */
export class LineSplitter {
  readonly #longest: number;
  #begun = '';
  #passing = false;

  constructor(longest: number) {
    this.#longest = longest;
  }

  push(text: string): readonly Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#add(text.slice(from, end), lines);
      if (!this.#passing) lines.push({ text: withoutReturn(this.#begun), whole: true });
      this.#begun = '';
      this.#passing = false;
      from = end + 1;
    }
    this.#add(text.slice(from), lines);
    return lines;
  }

  /** The last line, if it has no line break. */
  end(): readonly Line[] {
    const last = this.#begun;
    this.#begun = '';
    return last === '' ? [] : [{ text: last, whole: true }];
  }

  #add(piece: string, lines: Line[]): void {
    if (this.#passing) return;
    this.#begun += piece;
    if (this.#begun.length <= this.#longest) return;
    lines.push({ text: this.#begun.slice(0, this.#longest), whole: false });
    this.#begun = '';
    this.#passing = true;
  }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

type Reading = { readonly longest: number; readonly onLine: (line: Line) => void };

export const readLines = (stream: Readable, { longest, onLine }: Reading): void => {
  const splitter = new LineSplitter(longest);
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => splitter.push(text).forEach(onLine));
  stream.on('end', () => splitter.end().forEach(onLine));
};
