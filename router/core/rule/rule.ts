import type { Request } from '../request/request.ts';

/** A compiled rule. `matches` serves requests; `explain` walks the same tree and returns which part decided. */
export type Rule = {
  readonly text: string;
  matches(request: Request): boolean;
  explain(request: Request): RuleTrace;
};

/** One node of a rule, evaluated. `column` counts from 1 in the rule's text; `saw` is what the request had there. */
export type RuleTrace =
  | {
      readonly kind: 'matcher';
      readonly text: string;
      readonly column: number;
      readonly matched: boolean;
      readonly saw: string | undefined;
    }
  | { readonly kind: 'and' | 'or'; readonly matched: boolean; readonly parts: readonly RuleTrace[] };

export type RuleError = { readonly message: string; readonly column: number };
