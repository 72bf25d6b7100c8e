export type Severity = 'problem' | 'warning' | 'note' | 'good';

/** The same cure in the words of each file that it could be written in. */
export type Fix = { readonly topology?: string; readonly traefik?: string; readonly node?: string };

export type Finding = {
  readonly id: string;
  readonly severity: Severity;
  /** What the deployment did. */
  readonly seen: string;
  /** What it means for clients. */
  readonly why: string;
  readonly fix: Fix;
};

const ORDER: readonly Severity[] = ['problem', 'warning', 'note', 'good'];

export const worstFirst = (findings: readonly Finding[]): readonly Finding[] =>
  ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
