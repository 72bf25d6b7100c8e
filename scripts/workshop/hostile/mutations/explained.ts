/**
 * Deliberate differences, recognised by what was sent and by the result. The names are ids of the table of differences;
 * anything else is a finding.
 */
import { METHODS } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { DifferenceId } from '../../../../router/parity/differences.ts';
import { CLEAR_HEAD } from '../rigs/recording-origin.ts';
import { type Difference, isCut, type Outcome } from './outcome.ts';

type Both = Difference & { readonly sent: string };

type Rule = {
  readonly id: DifferenceId;
  /** The stream contains this. */
  readonly sent: RegExp;
  readonly came: (both: Both) => boolean;
};

const REFUSALS = new Set([400, 413, 417, 431, 501, 505]);
const last = ({ statuses }: Outcome): number | undefined => statuses.at(-1);
const begins = (one: Outcome, whole: Outcome): boolean =>
  isDeepStrictEqual(one.executed, whole.executed.slice(0, one.executed.length));

/** The router refuses and closes, and has passed nothing on that Traefik has not. */
const refused = ({ traefik, router }: Both): boolean =>
  begins(router, traefik) && router.closed && REFUSALS.has(last(router) ?? 400);

/** Both refuse, and have passed the same on before. */
const bothRefused =
  (...statuses: readonly (number | undefined)[]) =>
  (both: Both): boolean =>
    refused(both) &&
    isDeepStrictEqual(both.traefik.executed, both.router.executed) &&
    statuses.includes(last(both.traefik));

/** Where the router refuses a line, Traefik has read it and answers the request itself. */
const refusedSooner = (both: Both): boolean =>
  refused(both) && [404, 417].includes(both.traefik.statuses[both.router.statuses.length - 1] ?? 0);

/** Where Traefik waits for more, the router refuses: and waits then, if the connection is kept. */
const waits = (both: Both): boolean =>
  !both.traefik.closed &&
  (refused(both) || [400, 404].includes(last(both.router) ?? 0)) &&
  isDeepStrictEqual(both.traefik.executed, both.router.executed);

/** So is `OPTIONS *`, to which neither passes its body on. */
const waitsForBody = ({ traefik, router }: Both): boolean =>
  !traefik.closed &&
  isDeepStrictEqual([...traefik.statuses, 200], router.statuses) &&
  isDeepStrictEqual(traefik.executed, router.executed);

/** The whole lines after the first. */
const linesOf = ({ sent }: Both): readonly string[] => sent.split('\r\n').slice(1, -1);

/** `OPTIONS *` with the length of a body in its head. */
const asksWithBody = (both: Both): boolean => {
  let inHead = false;
  for (const line of linesOf(both)) {
    if (inHead && /^Content-Length: [1-9]/.test(line)) return true;
    inHead = !line.includes('\n') && (/^OPTIONS \* ./.test(line) || (inHead && /^\S/.test(line)));
  }
  return false;
};

/** A head with the same length twice. */
const repeatsLength = (both: Both): boolean => {
  const lengths = new Set<string>();
  for (const line of linesOf(both)) {
    if (!/^[^\r\n]+$/.test(line)) lengths.clear();
    const length = /^Content-Length:[ \t]*(\d+)[ \t]*$/i.exec(line)?.[1];
    if (length !== undefined && lengths.has(length)) return true;
    if (length !== undefined) lengths.add(length);
  }
  return false;
};

/** What stands for a method; the `x` of bodies do not. */
const METHOD_WORD = /(?:(?:^|\n)(?!xx)|(?=FOO|get))([!#$%&'*+.^_`|~\w-]+) \S* ?HTTP\/1/g;

/** The first request that only Traefik has let through, or one that Traefik answers itself. */
const isUnknown = ({ traefik, router, sent }: Both): boolean =>
  !METHODS.includes(traefik.executed[router.executed.length]?.method ?? 'GET') ||
  [...sent.matchAll(METHOD_WORD)].some(([, method]) => !METHODS.includes(method!));

/** Traefik refuses; the router continues with a well-formed request that follows the malformed part. */
const readOver =
  (status: number) =>
  ({ traefik, router, sent }: Both): boolean => {
    if (!begins(traefik, router) || !traefik.closed) return false;
    if (last(traefik) !== status && !isCut(traefik)) return false;
    const extra = router.executed[traefik.executed.length];
    return extra !== undefined && (status === 500 || headsOf(sent, extra.method).some(isPlain));
  };

/** The same, if what follows is refused for another reason, or is incomplete. */
const readOverToo = ({ traefik, router }: Both): boolean =>
  traefik.closed &&
  last(traefik) === 400 &&
  (last(router) !== 400 || router.statuses.length > traefik.statuses.length) &&
  isDeepStrictEqual(traefik.executed, router.executed);

/** Traefik refuses a chunk, and the router waits for its end. */
const readsOn = ({ traefik, router }: Both): boolean =>
  traefik.closed &&
  last(traefik) === 500 &&
  !router.closed &&
  isDeepStrictEqual(router.statuses, traefik.statuses.slice(0, -1)) &&
  isDeepStrictEqual(traefik.executed, router.executed);

/** A body that ends before line ends: these are empty lines before the next request, or before none. */
const leavesLineEnds = ({ sent }: Both): boolean =>
  [...sent.matchAll(/\nContent-Length:[ \t]*(\d+)[\s\S]*?\r\n\r\n/gi)].some(({ 0: head, 1: length, index }) =>
    /^[\r\n]+(?:[A-Z]+ |$)/.test(sent.slice(index + head.length + Number(length))),
  );

const OLD = ' HTTP/1.0';
const isPlain = (head: string): boolean =>
  CLEAR_HEAD.test(head.replace(OLD, ' HTTP/1.1')) &&
  !/\nHost:[\s\S]*\nHost:/i.test(head) &&
  (/\nHost:[ \t]*[\w!$%&'()*+,.:;=[\]~-]*[ \t]*(?:\r|$)/i.test(head) || (head.includes(OLD) && !/\nHost:/i.test(head)));

/** The heads of such requests, each after a line end. */
const headsOf = (sent: string, method: string): readonly string[] =>
  [...sent.matchAll(new RegExp(`(?:^|[\\r\\n])(?=${method.replace(/\W/g, '\\$&')} )`, 'g'))].map(
    ({ 0: { length }, index }) => {
      const text = sent.slice(index + length);
      const head = text.slice(0, Math.max(0, text.indexOf('\r\n\r\n')));
      return head.replace(/^(\S+) +(\S+) +/, '$1 $2 ');
    },
  );

/** The router answers and closes before it has read the rest. */
const leftOut = ({ traefik, router }: Both): boolean =>
  router.closed &&
  begins(router, traefik) &&
  isDeepStrictEqual(router.statuses, traefik.statuses.slice(0, router.statuses.length));

const ANY = /./s;
const BARE_LINE_FEED = /(?:^|[^\r])\n/;

const RULES: readonly Rule[] = [
  { id: 'http-1.0-chunks', sent: / HTTP\/1\.0\r\n[\s\S]*Transfer-Encoding/i, came: refused },
  { id: 'transfer-coding', sent: /Transfer-Encoding/i, came: bothRefused(501) },
  { id: 'bad-chunk', sent: /Transfer-Encoding:[ \t]*chunked/i, came: bothRefused(500) },
  { id: 'http-version', sent: /http\/(?!1\.[01][\r\n])/i, came: refused },
  { id: 'early-refusal', sent: ANY, came: waits },
  { id: 'early-refusal', sent: /\nOPTIONS \* /, came: (both) => waitsForBody(both) && asksWithBody(both) },
  { id: 'unknown-method', sent: ANY, came: (both) => refused(both) && isUnknown(both) },
  // Behind the rest of a body of `x`; Traefik refuses the fragment itself, and goes on.
  { id: 'unknown-method', sent: /xx[A-Z]+ [^\s#]+#\S* HTTP\/1/, came: refused },
  // Where a body has taken the first letters of a method.
  { id: 'unknown-method', sent: /\r\n\r\n[\s\S]*(?: \* HTTP|\nExpect:)/, came: refusedSooner },
  {
    id: 'length-and-chunks',
    sent: /Content-Length[\s\S]*Transfer-Encoding|Transfer-Encoding[\s\S]*Content-Length/i,
    came: refused,
  },
  {
    id: 'repeated-length',
    sent: /\nContent-Length:/i,
    came: (both) => refused(both) && repeatsLength(both),
  },
  { id: 'tab-after-framing', sent: /(?:Content-Length: *\d+|Transfer-Encoding:[ \t]*chunked) *\t/i, came: refused },
  { id: 'line-ends', sent: BARE_LINE_FEED, came: refused },
  { id: 'folded-header', sent: /\r\n[ \t]/, came: refused },
  { id: 'open-bracket', sent: /Host: *\[[^\]\r\n]*\r\n/i, came: refused },
  { id: 'odd-url', sent: / (?![a-z]+:\/\/[^\s"<>/?%]*[ /?])[a-z][\w+.-]*:\S* HTTP\/1/i, came: refused },
  { id: 'raw-target', sent: /[A-Z] [^\s]*[\x80-\xff]\S* +HTTP\/1/, came: refused },
  {
    id: 'bad-chunk',
    sent: /Transfer-Encoding:[ \t]*chunked[\s\S]*(?:\n0+[^\r]*\r\n[^\r]|\n[\da-f]+[ \t]+\r|;)/i,
    came: refused,
  },
  { id: 'long-chunk-size', sent: /\n[0-9a-f]{17,}/i, came: readOver(500) },
  { id: 'long-chunk-size', sent: /\n0[0-9a-f]{16,}\r/i, came: readsOn },
  { id: 'lenient-start', sent: ANY, came: readOver(400) },
  { id: 'lenient-start', sent: /(?:^|\n\r\n)[\r\n]+[A-Z]+ |\r[A-Z]+ |[A-Z] {2}\S| {2}HTTP\/1/, came: readOverToo },
  { id: 'lenient-start', sent: ANY, came: (both) => readOverToo(both) && leavesLineEnds(both) },
  { id: 'declined-upgrade', sent: /\r\nUpgrade:/i, came: leftOut },
];

export const differenceOf = (difference: Difference): DifferenceId | undefined => {
  const both = { ...difference, sent: difference.stream.bytes };
  return RULES.find(({ sent, came }) => sent.test(both.sent) && came(both))?.id;
};
