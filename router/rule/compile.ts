import type { Request } from '../request/request.ts';
import { MATCHERS, type Matcher } from './matchers.ts';
import { type Node, parseRule } from './parse.ts';
import type { Rule, RuleError, RuleTrace } from './rule.ts';

/** A rule that is asked for every request: parsed, checked, its regular expressions built. */
export const compileRule = (text: string): { rule: Rule } | { error: RuleError } => {
  const parsed = parseRule(text);
  if ('error' in parsed)
    return { error: { ...parsed.error, message: `error while parsing rule ${text}: ${parsed.error.message}` } };
  const compiled = compile(parsed.node, false);
  if ('error' in compiled)
    return { error: { ...compiled.error, message: `error while parsing rule ${text}: ${compiled.error.message}` } };
  return { rule: { text, matches: compiled.matches, explain: compiled.explain } };
};

type Compiled = { matches(request: Request): boolean; explain(request: Request): RuleTrace };

/** A `!` before parentheses is handed down to the matchers, with and and or exchanged. */
const compile = (node: Node, inverted: boolean): Compiled | { error: RuleError } => {
  if (node.kind === 'not') return compile(node.of, !inverted);
  if (node.kind === 'matcher') return leaf(node, inverted);
  const left = compile(node.left, inverted);
  if ('error' in left) return left;
  const right = compile(node.right, inverted);
  if ('error' in right) return right;
  return join((node.kind === 'and') !== inverted ? 'and' : 'or', left, right);
};

const join = (kind: 'and' | 'or', left: Compiled, right: Compiled): Compiled => ({
  matches:
    kind === 'and'
      ? (request) => left.matches(request) && right.matches(request)
      : (request) => left.matches(request) || right.matches(request),
  explain: (request) => {
    const first = left.explain(request);
    // What was not asked is not told: evaluation stops where the outcome is clear.
    if (first.matched === (kind === 'or')) return { kind, matched: first.matched, parts: [first] };
    const second = right.explain(request);
    return { kind, matched: second.matched, parts: [first, second] };
  },
});

const leaf = (node: Extract<Node, { kind: 'matcher' }>, inverted: boolean): Compiled | { error: RuleError } => {
  const built = build(node);
  if ('error' in built) return { error: { message: built.error, column: node.column } };
  const matches = inverted ? (request: Request) => !built.matches(request) : built.matches;
  return {
    matches,
    explain: (request) => ({
      kind: 'matcher',
      text: inverted ? `!${node.text}` : node.text,
      column: node.column,
      matched: matches(request),
      saw: built.saw(request),
    }),
  };
};

const build = (node: Extract<Node, { kind: 'matcher' }>): Matcher | { error: string } => {
  const name = NAMES.get(node.name);
  if (name === undefined) return { error: `unsupported function: ${node.name}` };
  const { counts, build: make } = MATCHERS[name]!;
  if (node.args.length === 0) return { error: `error while checking rule ${name}: no args for matcher ${name}` };
  if (node.args.includes(''))
    return { error: `error while checking rule ${name}: empty args for matcher ${name}, [${node.args.join(' ')}]` };
  if (!counts.includes(node.args.length))
    return {
      error: `error while adding rule ${name}: unexpected number of parameters; got ${node.args.length}, expected one of [${counts.join(' ')}]`,
    };
  const made = make(node.args);
  return 'error' in made ? { error: `error while adding rule ${name}: ${made.error}` } : made;
};

/** As documented, all small, all capitals, and with one capital: these four ways of writing and no other. */
const NAMES = new Map(
  Object.keys(MATCHERS).flatMap((name) => {
    const lower = name.toLowerCase();
    const title = lower.replace(/^./, (first) => first.toUpperCase());
    return [name, lower, name.toUpperCase(), title].map((spelling): [string, string] => [spelling, name]);
  }),
);
