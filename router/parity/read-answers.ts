/** Parses received bytes as HTTP/1.x answers, strictly: incomplete answers are marked as such. */
export type Answer = {
  readonly status: number;
  readonly reason: string;
  readonly version: string;
  /** As sent, with order, letter case and repetitions. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly framing: 'length' | 'chunked' | 'until-close' | 'none';
  readonly complete: boolean;
};

type Body = Pick<Answer, 'body' | 'trailers' | 'framing' | 'complete'> & { readonly rest: string };
export type Answers = {
  readonly interim: readonly Answer[];
  readonly answers: readonly Answer[];
  readonly rest: string;
};

/** `methods`: of the requests, in order. The answer to HEAD has no body, whatever its headers say. */
export const readAnswers = (text: string, methods: readonly string[], closed: boolean): Answers => {
  const interim: Answer[] = [];
  const answers: Answer[] = [];
  let rest = text;
  for (;;) {
    const head = readHead(rest);
    if (head === undefined) return { interim, answers, rest };
    const { rest: after, ...body } = readBody(head, methods[answers.length] ?? 'GET', closed);
    const answer: Answer = { ...head.line, headers: head.headers, ...body };
    (isInterim(answer.status) ? interim : answers).push(answer);
    rest = after;
    if (!answer.complete || answer.status === 101) return { interim, answers, rest };
  }
};

const isInterim = (status: number): boolean => status >= 100 && status < 200 && status !== 101;

type Head = {
  readonly line: { readonly status: number; readonly reason: string; readonly version: string };
  readonly headers: readonly (readonly [string, string])[];
  readonly after: string;
};

const readHead = (text: string): Head | undefined => {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const match = /^HTTP\/(\d\.\d) (\d{3}) ?(.*)$/.exec(first);
  if (match === null) return undefined;
  const line = { version: match[1]!, status: Number(match[2]), reason: match[3]! };
  return { line, headers: lines.map(field), after: text.slice(end + 4) };
};

const field = (line: string): readonly [string, string] => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
};

const readBody = (head: Head, method: string, closed: boolean): Body => {
  const { status } = head.line;
  const { after } = head;
  const none: Body = { body: '', trailers: [], framing: 'none', complete: true, rest: after };
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return none;
  if (/chunked/i.test(headerOf(head, 'transfer-encoding') ?? '')) return readChunks(after);
  const length = headerOf(head, 'content-length');
  if (length === undefined) return { body: after, trailers: [], framing: 'until-close', complete: closed, rest: '' };
  const size = Number(length);
  const body = after.slice(0, size);
  return { body, trailers: [], framing: 'length', complete: body.length === size, rest: after.slice(size) };
};

const headerOf = (head: Head, name: string): string | undefined =>
  head.headers.find(([key]) => key.toLowerCase() === name)?.[1];

const readChunks = (text: string): Body => {
  let body = '';
  let at = 0;
  for (;;) {
    const cut: Body = { body, trailers: [], framing: 'chunked', complete: false, rest: '' };
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return cut;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) return cut;
    if (size === 0) return readTrailers(text, lineEnd + 2, body);
    const end = lineEnd + 2 + size;
    body += text.slice(lineEnd + 2, end);
    if (text.length < end + 2) return { ...cut, body };
    at = end + 2;
  }
};

const readTrailers = (text: string, start: number, body: string): Body => {
  const trailers: (readonly [string, string])[] = [];
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return { body, trailers, framing: 'chunked', complete: false, rest: '' };
    if (lineEnd === at) return { body, trailers, framing: 'chunked', complete: true, rest: text.slice(at + 2) };
    trailers.push(field(text.slice(at, lineEnd)));
    at = lineEnd + 2;
  }
};
