export type Counts = { readonly pass: number; readonly fail: number; readonly skipped: number };

/** What `node --test --test-reporter=tap` tells. A test that failed by the tests in it, which come first, is no news. */
export const readTap = (tap: string): { readonly counts: Counts; readonly failed: readonly string[] } => {
  const count = (name: keyof Counts): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  const failed: string[] = [];
  let deeper = -1;
  for (const [, indent, name] of tap.matchAll(/^( *)not ok \d+ - (.*)$/gm)) {
    const depth = indent!.length;
    if (depth >= deeper) failed.push(name!);
    deeper = depth;
  }
  return { counts: { pass: count('pass'), fail: count('fail'), skipped: count('skipped') }, failed };
};
