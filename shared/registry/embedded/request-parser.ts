/** One request, in bytes as latin1 text: bytes come out unchanged, whatever their encoding. */
export type Request = readonly string[];

export type Parsed =
  | { readonly kind: 'requests'; readonly requests: readonly Request[] }
  /** The stream can no longer be parsed: say why and close. */
  | { readonly kind: 'broken'; readonly requests: readonly Request[]; readonly error: string };

// Far more than a session registry needs, and small enough that no client can fill the memory. The texts are from
// Redis.
const MAX_ARGUMENTS = 4096;
const MAX_BULK = 1024 * 1024;
const MAX_LINE = 64 * 1024;
const MAX_REQUEST = 4 * MAX_BULK;

const BAD_COUNT = 'ERR Protocol error: invalid multibulk length';
const BAD_LENGTH = 'ERR Protocol error: invalid bulk length';

class Broken extends Error {}

/** Takes bytes in chunks of any size and returns the complete requests: RESP arrays or plain lines. */
export class RequestParser {
  #text = '';
  // The array being read: how many arguments are missing, and the length of the current one.
  #missing = 0;
  #length = -1;
  #request: string[] = [];
  #size = 0;
  /** Why reading has stopped: a client may continue to send. */
  #broken: string | undefined;

  push(chunk: Buffer): Parsed {
    if (this.#broken !== undefined) return { kind: 'broken', requests: [], error: this.#broken };
    this.#text += chunk.toString('latin1');
    const requests: Request[] = [];
    try {
      for (let request = this.#next(); request; request = this.#next()) if (request.length > 0) requests.push(request);
      return { kind: 'requests', requests };
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.#broken = error.message;
      this.#text = '';
      return { kind: 'broken', requests, error: error.message };
    }
  }

  #next(): Request | undefined {
    if (this.#missing > 0) return this.#arguments();
    const line = this.#line('ERR Protocol error: too big inline request');
    if (line === undefined) return undefined;
    if (!line.startsWith('*')) return line.split(/\s+/).filter((word) => word !== '');
    const count = countOf(line.slice(1), MAX_ARGUMENTS, BAD_COUNT);
    if (count <= 0) return [];
    this.#missing = count;
    this.#request = [];
    this.#size = 0;
    return this.#arguments();
  }

  #arguments(): Request | undefined {
    while (this.#missing > 0) {
      if (this.#length < 0 && !this.#readLength()) return undefined;
      if (this.#text.length < this.#length + 2) return undefined;
      this.#request.push(this.#text.slice(0, this.#length));
      this.#text = this.#text.slice(this.#length + 2);
      this.#length = -1;
      this.#missing--;
    }
    return this.#request;
  }

  #readLength(): boolean {
    const line = this.#line('ERR Protocol error: too big bulk count string');
    if (line === undefined) return false;
    if (!line.startsWith('$')) throw new Broken(`ERR Protocol error: expected '$', got '${printable(line[0])}'`);
    this.#length = countOf(line.slice(1), MAX_BULK, BAD_LENGTH);
    this.#size += this.#length;
    if (this.#length < 0 || this.#size > MAX_REQUEST) throw new Broken(BAD_LENGTH);
    return true;
  }

  #line(tooLong: string): string | undefined {
    const end = this.#text.indexOf('\n');
    if (end < 0 && this.#text.length <= MAX_LINE) return undefined;
    if (end < 0 || end > MAX_LINE) throw new Broken(tooLong);
    const line = this.#text.slice(0, this.#text[end - 1] === '\r' ? end - 1 : end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }
}

const countOf = (text: string, max: number, error: string): number => {
  const count = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(count) || count > max) throw new Broken(error);
  return count;
};

const printable = (char = ' '): string => (char >= ' ' && char <= '~' ? char : ' ');
