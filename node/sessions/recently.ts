/**
 * Asks at most once in so many milliseconds, whoever wants to know: listings walk over the registry's keys, and
 * anybody may cause one.
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
