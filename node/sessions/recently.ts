/**
 * Asks at most once per this many milliseconds, for all callers together: listings scan the registry's keys, and
 * anybody can trigger one.
 */
export const recently = <Value>(
  ask: () => Promise<Value>,
  { ms, now }: { readonly ms: number; readonly now: () => number },
): (() => Promise<Value>) => {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<Value> | undefined;
  return () => {
    if (answer && now() - asked < ms) return answer;
    asked = now();
    answer = ask();
    return answer;
  };
};
