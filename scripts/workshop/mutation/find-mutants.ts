import { childrenOf, parseSource, type SyntaxNode } from '../syntax.ts';
import { CHANGES } from './changes.ts';

/** One change of one place in a source. */
export type Mutant = {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  /** The text there, and its replacement. */
  readonly from: string;
  readonly to: string;
};

export const findMutants = (source: string): readonly Mutant[] => {
  const program = parseSource(source);
  const found = new Map<string, Mutant>();
  const visit = (node: SyntaxNode, parent: SyntaxNode): void => {
    if (isOnlyType(node)) return;
    for (const { at = node, to } of CHANGES[node.type]?.(node, parent, source) ?? []) {
      const { start, end } = at;
      const { line, column } = node.loc.start;
      found.set(`${start}-${end} ${to}`, { start, end, line, column: column + 1, from: source.slice(start, end), to });
    }
    for (const [field, child] of childrenOf(node)) if (!isName(field, node)) visit(child, node);
  };
  visit(program, program);
  return [...found.values()].sort((a, b) => a.start - b.start);
};

export const mutate = (source: string, { start, end, to }: Mutant): string =>
  source.slice(0, start) + to + source.slice(end);

/** They are expressions with a type beside. */
const TYPED = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);
const WITHOUT_CODE = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'Directive']);

const isOnlyType = ({ type, declaration }: SyntaxNode): boolean =>
  WITHOUT_CODE.has(type) ||
  (type === 'ExportNamedDeclaration' && declaration === null) ||
  (type.startsWith('TS') && !TYPED.has(type));

/** Keys of objects and classes are names, even if they look like something else. */
const isName = (field: string, { computed }: SyntaxNode): boolean => field === 'key' && computed !== true;
