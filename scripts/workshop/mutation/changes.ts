import type { SyntaxNode } from '../syntax.ts';

/** What to replace the node, or a part of it, with. */
export type Change = { readonly at?: { readonly start: number; readonly end: number }; readonly to: string };

type Changes = (node: SyntaxNode, parent: SyntaxNode, source: string) => readonly Change[];

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '??=': ['='],
  '||=': ['='],
  '&&=': ['='],
};

/** Calls that can be removed without changing the type. */
const REMOVED = new Set(
  'sort toSorted reverse toReversed filter slice subarray flat trim trimStart trimEnd toLowerCase toUpperCase replace replaceAll'.split(
    ' ',
  ),
);
const SWAPPED: Readonly<Record<string, string>> = {
  every: 'some',
  some: 'every',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  find: 'findLast',
  findLast: 'find',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
};

const TRUE_AND_FALSE = ['true', 'false'].map((to) => ({ to }));

const before = ({ left, right, start, operator }: SyntaxNode, source: string): string =>
  source.slice(start, left.end + source.slice(left.end, right.start).indexOf(operator));
const behind = ({ left, right, end, operator }: SyntaxNode, source: string): string =>
  source.slice(left.end + source.slice(left.end, right.start).indexOf(operator) + operator.length, end);

const isText = ({ type }: SyntaxNode): boolean => type === 'StringLiteral' || type === 'TemplateLiteral';

const otherOperators: Changes = (node, parent, source) => {
  const { operator, left, type } = node;
  if (operator === '+' && (isText(left) || isText(node.right))) return [];
  // `??` and `&&` must not be mixed without parentheses.
  const bracket = (text: string, when: boolean): string => (when ? `(${text})` : text);
  const first = bracket(before(node, source), operator === '??' && left.type === type);
  const mixes = operator === '??' && parent.operator === '??';
  return (OPERATORS[operator] ?? []).map((other) => ({ to: bracket(first + other + behind(node, source), mixes) }));
};

const eitherSide: Changes = (node, _, source) => {
  const left = { to: before(node, source).trim() };
  return node.operator === '??' ? [left] : [left, { to: behind(node, source).trim() }];
};

const condition: Changes = ({ test }) => TRUE_AND_FALSE.map(({ to }) => ({ at: test, to }));
/** Infinite loops prove little. */
const loop: Changes = ({ test }) => (test ? [{ at: test, to: 'false' }] : []);

const otherCall: Changes = ({ callee, start }, _, source) => {
  if (!/MemberExpression$/.test(callee.type) || callee.computed) return [];
  const { name } = callee.property;
  if (REMOVED.has(name)) return [{ to: source.slice(start, callee.property.start).replace(/\??\.\s*$/, '') }];
  return Object.hasOwn(SWAPPED, name) ? [{ at: callee.property, to: SWAPPED[name]! }] : [];
};

const withoutSign: Changes = ({ operator, start, end }, _, source) => {
  if (operator === 'void') return [{ to: 'undefined' }];
  return '!-~'.includes(operator) ? [{ to: source.slice(start + operator.length, end) }] : [];
};

const counting: Changes = ({ operator, prefix, start, end }, _, source) => {
  const other = operator === '++' ? '--' : '++';
  return [{ to: prefix ? other + source.slice(start + 2, end) : source.slice(start, end - 2) + other }];
};

/** Without its anchors, and without the flags that let it match more. */
const looserPattern: Changes = ({ pattern, flags }) => {
  const other: Change[] = [];
  if (pattern.startsWith('^')) other.push({ to: `/${pattern.slice(1)}/${flags}` });
  if (/(^|[^\\])\$$/.test(pattern)) other.push({ to: `/${pattern.slice(0, -1)}/${flags}` });
  for (const flag of 'gi') if (flags.includes(flag)) other.push({ to: `/${pattern}/${flags.replace(flag, '')}` });
  return other.filter(({ to }) => !to.startsWith('//'));
};

const statement: Changes = ({ expression }) => (expression.callee?.type === 'Super' ? [] : [{ to: ';' }]);

export const CHANGES: Readonly<Record<string, Changes>> = {
  IfStatement: condition,
  ConditionalExpression: condition,
  WhileStatement: loop,
  DoWhileStatement: loop,
  ForStatement: loop,
  BinaryExpression: otherOperators,
  AssignmentExpression: otherOperators,
  LogicalExpression: (...all) => [...otherOperators(...all), ...eitherSide(...all)],
  UnaryExpression: withoutSign,
  UpdateExpression: counting,
  CallExpression: otherCall,
  OptionalCallExpression: otherCall,
  ExpressionStatement: statement,
  BreakStatement: (_, parent) => (parent.type === 'SwitchCase' ? [{ to: ';' }] : []),
  BooleanLiteral: ({ value }) => [{ to: String(!value) }],
  StringLiteral: ({ value }) => [{ to: value === '' ? "'x'" : "''" }],
  TemplateLiteral: (_, { type }) => (type === 'TaggedTemplateExpression' ? [] : [{ to: "''" }]),
  ArrayExpression: ({ elements }) => (elements.length === 0 ? [] : [{ to: '[]' }]),
  RegExpLiteral: looserPattern,
};
