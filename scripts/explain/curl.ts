import { type Asked, readHeader } from '../../router/explain/asked.ts';
import { Misuse } from '../cli/misuse.ts';

/** The request of a curl command. Options that do not change it are ignored. */
export const readCurl = (command: string): Asked => {
  const [program, ...words] = wordsOf(command);
  if (program === undefined || !/(^|\/)curl(\.exe)?$/.test(program))
    throw new Misuse("--curl takes a curl command, as in --curl 'curl http://127.0.0.1:8080/mcp'");
  const call = new CurlCall();
  for (let i = 0; i < words.length; i++) i += call.take(words[i]!, words[i + 1]);
  return call.asked();
};

/** Options with a value that is part of the request. */
const MEANING = new Map<string, (call: CurlCall, value: string) => void>([
  ['-X', (call, value) => call.setMethod(value)],
  ['-H', (call, value) => call.header(value)],
  ['-b', (call, value) => call.header(`Cookie: ${value}`)],
  ['-A', (call, value) => call.header(`User-Agent: ${value}`)],
  ['-e', (call, value) => call.header(`Referer: ${value}`)],
  ['-d', (call) => call.body()],
  ['-F', (call) => call.body()],
  ['-T', (call) => call.setMethod('PUT')],
  ['--url', (call, value) => call.setUrl(value)],
  ['--json', (call) => call.json()],
]);
const LONG: Readonly<Record<string, string>> = {
  '--request': '-X',
  '--header': '-H',
  '--cookie': '-b',
  '--user-agent': '-A',
  '--referer': '-e',
  '--data': '-d',
  '--data-raw': '-d',
  '--data-binary': '-d',
  '--data-ascii': '-d',
  '--data-urlencode': '-d',
  '--form': '-F',
  '--upload-file': '-T',
  '--head': '-I',
  '--get': '-G',
};
/** Other options with a value, which must not be taken for the URL. */
const WITH_VALUE = new Set(
  '-o --output -u --user -c --cookie-jar -m --max-time --connect-timeout -x --proxy --cacert --cert -E --key --resolve --connect-to -w --write-out --retry --retry-delay -D --dump-header -K --config -y -Y -r --range --interface --unix-socket -t --limit-rate'.split(
    ' ',
  ),
);

class CurlCall {
  #url: string | undefined;
  #method: string | undefined;
  #implied: string | undefined;
  readonly #headers: (readonly [string, string])[] = [];
  readonly #notes: string[] = [];

  /** How many further words were used. */
  take(word: string, next: string | undefined): number {
    if (!word.startsWith('-') || word === '-') {
      this.setUrl(word);
      return 0;
    }
    const [long, inline] =
      word.startsWith('--') && word.includes('=') ? splitAt(word, word.indexOf('=')) : [word, undefined];
    const name = LONG[long] ?? long;
    if (name.startsWith('--') || name.length === 2) return this.#option(name, inline, next);
    return this.#bundle(name, next);
  }

  #option(name: string, inline: string | undefined, next: string | undefined): number {
    const mean = MEANING.get(name);
    if (name === '-I') this.#implied = 'HEAD';
    if (name === '-G') this.#implied = 'GET';
    if (mean === undefined) return inline === undefined && WITH_VALUE.has(name) ? 1 : 0;
    mean(this, inline ?? next ?? '');
    return inline === undefined ? 1 : 0;
  }

  /** `-sSXPOST`: letters without a value, then perhaps one with its value attached. */
  #bundle(word: string, next: string | undefined): number {
    for (let at = 1; at < word.length; at++) {
      const name = `-${word[at]}`;
      const rest = word.slice(at + 1);
      if (MEANING.has(name) || WITH_VALUE.has(name)) return this.#option(name, rest === '' ? undefined : rest, next);
      this.#option(name, undefined, undefined);
    }
    return 0;
  }

  setUrl(url: string): void {
    if (this.#url === undefined) this.#url = url;
    else this.#notes.push(`only the first URL is explained, not ${url}`);
  }

  setMethod(method: string): void {
    this.#method = method;
  }

  header(line: string): void {
    if (line.startsWith('@')) this.#notes.push(`headers from the file ${line.slice(1)} are ignored`);
    else this.#headers.push(parseHeader(line));
  }

  body(): void {
    this.#implied ??= 'POST';
  }

  json(): void {
    this.body();
    this.#headers.push(['Content-Type', 'application/json'], ['Accept', 'application/json']);
  }

  asked(): Asked {
    if (this.#url === undefined) throw new Misuse('the curl command has no URL');
    return { method: this.#method ?? this.#implied, url: this.#url, headers: this.#headers, notes: this.#notes };
  }
}

/** `Name: value`, as curl takes it. */
export const parseHeader = (line: string): readonly [string, string] => {
  const header = readHeader(line);
  if (header === undefined) throw new Misuse(`${JSON.stringify(line)} is not a header: write 'Name: value'`);
  return header;
};

const splitAt = (text: string, at: number): [string, string] => [text.slice(0, at), text.slice(at + 1)];

/** Split as a shell would; browsers copy with single, double and $'…' quotes, and with \ at line ends. */
const wordsOf = (command: string): string[] => {
  const words: string[] = [];
  const parts = /\$?'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|\\\r?\n|\\([\s\S])|(\s+)|([^\s'"\\]+)/g;
  let word: string | undefined;
  for (const [whole, single, double, escaped, space, plain] of command.trim().matchAll(parts)) {
    if (space !== undefined || /^\\\r?\n$/.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const text =
        single?.replace(/\\(['\\])/g, '$1') ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '';
      word = (word ?? '') + text;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
};
