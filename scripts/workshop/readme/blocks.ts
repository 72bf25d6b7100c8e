/** How a block is tested: run to its end, started and ended again, or only parsed. */
export type Mark =
  | { readonly kind: 'runs' }
  | { readonly kind: 'until'; readonly text: string }
  | { readonly kind: 'no'; readonly because: string };

export type Fence = {
  readonly language: string;
  readonly text: string /** Of its first line of text. */;
  readonly line: number;
};
/** A block of commands, and the output that the page shows for them. */
export type Block = Fence & { readonly mark: Mark; readonly output: Fence | undefined };

type Open = Fence & { readonly comment: string; readonly end: number };

/** The ```sh blocks of a Markdown page, each with the comment before it and the block of text after it. */
export const blocksOf = (page: string): readonly Block[] => {
  const fences = fencesOf(page.split('\n'));
  return fences.flatMap((fence, i) => {
    if (fence.language !== 'sh') return [];
    const { language, text, line, comment } = fence;
    const next = fences[i + 1];
    const output = next !== undefined && PRINTED.has(next.language) ? next : undefined;
    return [{ language, text, line, mark: markOf(comment, line), output }];
  });
};

const PRINTED = new Set(['', 'text']);

const fencesOf = (lines: readonly string[]): readonly Open[] => {
  const fences: Open[] = [];
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(\S*)/.exec(lines[i]!)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', i + 1);
    if (end < 0) throw new Error(`line ${i + 1}: the fence is not closed`);
    fences.push({ language, text: lines.slice(i + 1, end).join('\n'), line: i + 2, comment: lines[i - 1] ?? '', end });
    i = end;
  }
  return fences;
};

const markOf = (comment: string, line: number): Mark => {
  const instruction = /^<!-- runs: (.*) -->$/.exec(comment)?.[1];
  if (instruction === undefined) return { kind: 'runs' };
  const [, text] = /^until (.+)$/.exec(instruction) ?? [];
  if (text !== undefined) return { kind: 'until', text };
  const [, because] = /^no, because (.+)$/.exec(instruction) ?? [];
  if (because !== undefined) return { kind: 'no', because };
  throw new Error(
    `line ${line - 2}: "runs: ${instruction}" is neither "runs: until TEXT" nor "runs: no, because REASON"`,
  );
};
