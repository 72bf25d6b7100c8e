import { parse } from 'acorn';
import { transform } from 'esbuild';

export type Pattern = { readonly line: number; readonly source: string; readonly flags: string };

/** A call of RegExp whose text nobody can read in the source. */
export type Unreadable = { readonly line: number; readonly unreadable: true };

/** Every regular expression of a source file, in order. Of a template the parts that are put in are taken for a word. */
export const findPatterns = async (text: string): Promise<readonly (Pattern | Unreadable)[]> => {
  const { code } = await transform(text, { loader: 'ts', target: 'esnext' });
  const found: (Pattern | Unreadable)[] = [];
  let from = 0;
  for (const node of nodesOf(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }))) {
    const pattern = patternOf(node);
    if (pattern === undefined) continue;
    // Types are gone from the code, so that the place is looked for in the text.
    const written = code.slice(node.start, node.end);
    const sought = written.startsWith('/') ? written : 'RegExp(';
    const at = text.indexOf(sought, from);
    from = at < 0 ? from : at + sought.length;
    found.push({ line: text.slice(0, from).split('\n').length, ...pattern });
  }
  return found;
};

type Node = { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown };

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodesOf(one);
  else if (isNode(value)) {
    yield value;
    for (const part of Object.values(value)) yield* nodesOf(part);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

const patternOf = (node: Node): Omit<Pattern, 'line'> | { readonly unreadable: true } | undefined => {
  if (node.type === 'Literal' && 'regex' in node) {
    const { pattern, flags } = node.regex as { readonly pattern: string; readonly flags: string };
    return { source: pattern, flags };
  }
  const { callee } = node as { readonly callee?: Node };
  if ((node.type !== 'NewExpression' && node.type !== 'CallExpression') || callee?.name !== 'RegExp') return undefined;
  const [text, flags] = node.arguments as readonly (Node | undefined)[];
  const source = textOf(text);
  return source === undefined ? { unreadable: true } : { source, flags: textOf(flags) ?? '' };
};

const textOf = (node: Node | undefined): string | undefined => {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type !== 'TemplateLiteral') return undefined;
  return (node.quasis as { readonly value: { readonly cooked: string } }[])
    .map(({ value }) => value.cooked)
    .join('word');
};
