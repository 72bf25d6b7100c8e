import { parse } from '@babel/parser';

/** A node of the syntax tree, with the fields that the workshop uses. */
export type SyntaxNode = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };
  // biome-ignore lint/suspicious/noExplicitAny: each type of node has its own fields, and the caller knows which.
  readonly [field: string]: any;
};

export const parseSource = (text: string): SyntaxNode =>
  parse(text, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as SyntaxNode;

export const childrenOf = (node: SyntaxNode): readonly (readonly [field: string, child: SyntaxNode])[] =>
  Object.entries(node).flatMap(([field, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child) => [field, child] as const),
  );

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && !String(value.type).startsWith('Comment');
