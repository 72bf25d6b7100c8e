export type Severity = 'problem' | 'warning' | 'note' | 'good';

/** The remedy, in the words of each file in which it can be written. */
export type Fix = { readonly topology?: string; readonly traefik?: string; readonly node?: string };

export type Finding = {
  readonly id: string;
  readonly severity: Severity;
  readonly seen: string;
  /** What it means for clients. */
  readonly why: string;
  readonly fix: Fix;
};

/** Nothing to fix. */
export const goodFinding = ({ id, seen, why }: Pick<Finding, 'id' | 'seen' | 'why'>): Finding => ({
  id,
  severity: 'good',
  seen,
  why,
  fix: {},
});

const ORDER: readonly Severity[] = ['problem', 'warning', 'note', 'good'];

export const worstFirst = (findings: readonly Finding[]): readonly Finding[] =>
  ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
