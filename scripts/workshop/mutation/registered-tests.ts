/** Stands in for node:test where a mutant is tried: it runs tests in the order it is told, and ends with the first that fails. */
export type Test = { readonly name: string; readonly run: () => Promise<void> };

type Work = (t: TestContext) => unknown;
type Options = { readonly skip?: unknown };
type TestContext = {
  readonly name: string;
  after(work: () => unknown): void;
  test(name: string, work: Work): Promise<void>;
};

/** What a test file gets when it imports node:test, and what it has registered by then. */
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
