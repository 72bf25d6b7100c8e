/** Replaces node:test for a mutant: runs tests in the given order, and stops at the first failure. */
export type Test = { readonly name: string; readonly run: () => Promise<void> };

type Work = (t: TestContext) => unknown;
type Options = { readonly skip?: unknown };
type TestContext = {
  readonly name: string;
  after(work: () => unknown): void;
  test(name: string, work: Work): Promise<void>;
};

/** The node:test that a test file imports, and the tests registered so far. */
export const registerTests = () => {
  const tests: Test[] = [];
  const test = (name: string, ...rest: readonly [Work] | readonly [Options, Work]): void => {
    const work = rest.at(-1) as Work;
    if (rest.length === 2 && (rest[0] as Options).skip) return;
    tests.push({ name, run: () => runTest(name, work) });
  };
  return { test, tests };
};

const runTest = async (name: string, work: Work): Promise<void> => {
  const last: (() => unknown)[] = [];
  try {
    await work({ name, after: (one) => void last.push(one), test: runTest });
  } finally {
    for (const one of last) await one();
  }
};
