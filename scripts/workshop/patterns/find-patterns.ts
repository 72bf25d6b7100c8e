import { childrenOf, parseSource, type SyntaxNode } from '../syntax.ts';

export type Pattern = { readonly line: number; readonly source: string; readonly flags: string };

/** A call of RegExp with a pattern that is not a literal. */
export type Unreadable = { readonly line: number; readonly unreadable: true };

/** Every regular expression of a source file, in order. Inserted parts of a template count as a word. */
export const findPatterns = (text: string): readonly (Pattern | Unreadable)[] => patternsIn(parseSource(text));

const patternsIn = (node: SyntaxNode): (Pattern | Unreadable)[] => {
  const pattern = patternOf(node);
  const own = pattern === undefined ? [] : [{ line: node.loc.start.line, ...pattern }];
  return [...own, ...childrenOf(node).flatMap(([, child]) => patternsIn(child))];
};

const patternOf = (node: SyntaxNode): Omit<Pattern, 'line'> | { readonly unreadable: true } | undefined => {
  if (node.type === 'RegExpLiteral') return { source: node.pattern, flags: node.flags };
  if ((node.type !== 'NewExpression' && node.type !== 'CallExpression') || node.callee.name !== 'RegExp')
    return undefined;
  const [text, flags] = node.arguments as readonly (SyntaxNode | undefined)[];
  const source = textOf(text);
  return source === undefined ? { unreadable: true } : { source, flags: textOf(flags) ?? '' };
};

const textOf = (node: SyntaxNode | undefined): string | undefined => {
  if (node?.type === 'StringLiteral') return node.value;
  if (node?.type !== 'TemplateLiteral') return undefined;
  return (node.quasis as { readonly value: { readonly cooked: string } }[])
    .map(({ value }) => value.cooked)
    .join('word');
};
