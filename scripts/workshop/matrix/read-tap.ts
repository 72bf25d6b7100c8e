export type Counts = { readonly pass: number; readonly fail: number; readonly skipped: number };

export type Told = {
  readonly counts: Counts;
  readonly failed: readonly string[];
  /** The files of these tests. */
  readonly files: readonly string[];
};

/**
 * The output of `node --test --test-reporter=tap`. A test that failed because of its subtests, which come first, is not
 * reported again.
 */
export const readTap = (tap: string): Told => {
  const count = (name: keyof Counts): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  const failed: string[] = [];
  const files = new Set<string>();
  let deeper = -1;
  let inFailure = false;
  for (const line of tap.split('\n')) {
    const [, indent = '', not, name] = /^( *)(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    const file = /^ *location: '(.*):\d+:\d+'$/.exec(line)?.[1];
    if (name !== undefined) inFailure = not !== undefined;
    if (inFailure && file !== undefined) files.add(file);
    if (name === undefined || not === undefined) continue;
    if (indent.length >= deeper) failed.push(name);
    deeper = indent.length;
  }
  return {
    counts: { pass: count('pass'), fail: count('fail'), skipped: count('skipped') },
    failed,
    files: [...files],
  };
};
