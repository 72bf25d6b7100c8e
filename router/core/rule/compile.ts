import type { Request } from '../request/request.ts';
import { MATCHERS, type Matcher } from './matchers.ts';
import { type Node, parseRule } from './parse.ts';
import type { Rule, RuleError, RuleTrace } from './rule.ts';

/** Compiles a rule for use by every request: parsed, checked, regular expressions built. Errors are Traefik's. */
export const compileRule = (text: string): { rule: Rule } | { error: RuleError } => {
  const refused = (step: string, { message, column }: RuleError): { error: RuleError } => ({
    error: { message: `error while parsing rule ${text}: ${step} rule ${text}: ${message}`, column },
  });
  const parsed = parseRule(text, (name) => NAMES.has(name));
  if ('error' in parsed) return refused('parsing', parsed.error);
  const compiled = compile(parsed.node, false);
  if ('error' in compiled) return refused('adding', compiled.error);
  return { rule: { text, matches: compiled.matches, explain: compiled.explain } };
};

type Compiled = { matches(request: Request): boolean; explain(request: Request): RuleTrace };

/** Pushes a `!` before parentheses down to the matchers, by De Morgan. */
const compile = (node: Node, inverted: boolean): Compiled | { error: RuleError } => {
  if (node.kind === 'not') return compile(node.of, !inverted);
  if (node.kind === 'matcher') return leaf(node, inverted);
  const kind = (node.kind === 'and') !== inverted ? 'and' : 'or';
  const parts: Compiled[] = [];
  for (const part of node.parts) {
    const compiled = compile(part, inverted);
    if ('error' in compiled) {
      // Traefik nests a chain as pairs, and each pair prefixes an error of its left side.
      const around = `error while adding rule ${kind}: `.repeat(node.parts.length - 1 - parts.length);
      return { error: { ...compiled.error, message: around + compiled.error.message } };
    }
    parts.push(compiled);
  }
  return join(kind, parts);
};

const join = (kind: 'and' | 'or', parts: readonly Compiled[]): Compiled => ({
  matches:
    kind === 'and'
      ? (request) => {
          for (const part of parts) if (!part.matches(request)) return false;
          return true;
        }
      : (request) => {
          for (const part of parts) if (part.matches(request)) return true;
          return false;
        },
  explain: (request) => {
    const traces: RuleTrace[] = [];
    for (const part of parts) {
      const trace = part.explain(request);
      traces.push(trace);
      // Evaluation stops as soon as the result is known, so later parts are not in the trace.
      if (trace.matched === (kind === 'or')) return { kind, matched: trace.matched, parts: traces };
    }
    return { kind, matched: kind === 'and', parts: traces };
  },
});

const leaf = (node: Extract<Node, { kind: 'matcher' }>, inverted: boolean): Compiled | { error: RuleError } => {
  const built = build(node);
  const column = node.at + 1;
  if ('error' in built) return { error: { message: built.error, column } };
  const matches = inverted ? (request: Request) => !built.matches(request) : built.matches;
  const text = inverted ? `!${node.text}` : node.text;
  return {
    matches,
    explain: (request) => ({ kind: 'matcher', text, column, matched: matches(request), saw: built.saw(request) }),
  };
};

const build = ({ name: written, args }: Extract<Node, { kind: 'matcher' }>): Matcher | { error: string } => {
  const name = NAMES.get(written)!;
  const { counts, build: make } = MATCHERS[name]!;
  if (args.length === 0) return { error: `error while checking rule ${name}: no args for matcher ${name}` };
  if (args.includes(''))
    return { error: `error while checking rule ${name}: empty args for matcher ${name}, [${args.join(' ')}]` };
  const made = counts.includes(args.length)
    ? make(args)
    : { error: `unexpected number of parameters; got ${args.length}, expected one of [${counts.join(' ')}]` };
  return 'error' in made ? { error: `error while adding rule ${name}: ${made.error}` } : made;
};

/** Accepted spellings: as documented, lower case, upper case, capitalized. No others. */
const NAMES = new Map(
  Object.keys(MATCHERS).flatMap((name) => {
    const lower = name.toLowerCase();
    const title = lower.replace(/^./, (first) => first.toUpperCase());
    return [name, lower, name.toUpperCase(), title].map((spelling): [string, string] => [spelling, name]);
  }),
);
