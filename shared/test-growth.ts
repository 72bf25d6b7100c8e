import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { createContext, Script } from 'node:vm';

/** Makes input of about this many characters. */
export type Grown<Input> = (size: number) => Input;

type Case<Input> = { readonly name: string; readonly grown: Grown<Input> };

const SMALLEST = 1 << 11;
const LARGEST = 1 << 20;
/**
 * Twice the input may take three times as long. Measured over four doublings: linear growth takes 16 times as long,
 * square growth 256 times, and 81 are allowed. A single doubling would also measure the garbage collector.
 */
const STEP = 2 ** 4;
const MAX_GROWTH = 3 ** 4;
/** Shorter times are harmless, and too noisy to compare. */
const FLOOR_MS = 4;
/** A single measurement may be disturbed by another process or by garbage collection: growth must show this often. */
const TRIES = 6;
/** With exponential growth the first input would never finish. */
const TIMEOUT_MS = 30_000;

/** Characters that matter to parsers, and some that do not. */
const CHARACTERS = [...'a0 \t\n"\'%&(*,-./:;=?@[\\`{', '\0', '\xff'];
/** What follows the repeated part: nothing, and something that makes most patterns fail after reading it. */
const ENDS = ['', '?'];

export type TextGrowth = {
  /** Repeated in addition to the single characters. */
  readonly units?: readonly string[];
  readonly ends?: readonly string[];
  readonly around?: (text: string) => string;
  readonly largest?: number;
};

/** One test: for every character, twice as much input does not take `read` more than three times as long. */
export const testTextGrowth = (
  name: string,
  read: (text: string) => unknown,
  { units = [], ends = ENDS, around = (text) => text, largest = LARGEST }: TextGrowth = {},
): void => {
  const cases = [...CHARACTERS, ...units].flatMap((unit) =>
    ends.map((end) => ({
      name: `${JSON.stringify(unit)} repeated, ${JSON.stringify(end)} at its end`,
      grown: (size: number) => around(unit.repeat(size / unit.length) + end),
    })),
  );
  testGrowth(name, read, { cases, largest });
};

export const testGrowth = <Input>(
  name: string,
  read: (input: Input) => unknown,
  { cases, largest = LARGEST }: { readonly cases: readonly Case<Input>[]; readonly largest?: number },
): void => {
  test(`${name}: twice as much takes at most three times as long`, async () => {
    for (const { name: what, grown } of cases) {
      assertGrowth({ what, read, grown, largest });
      // In its own process, so that the test can be ended from outside and its output still arrives.
      await new Promise(setImmediate);
    }
  });
};

type Growth<Input> = {
  readonly what: string;
  readonly read: (input: Input) => unknown;
  readonly grown: Grown<Input>;
  readonly largest: number;
};

const assertGrowth = <Input>({ what, read, grown, largest }: Growth<Input>): void => {
  const measure = (size: number): number => {
    const input = grown(size);
    return time(() => read(input));
  };
  // Most cases end here: if this size is too fast to measure, smaller ones are too.
  if (measure(largest) <= limit(0)) return;
  const times = new Map<number, number>();
  for (let size = SMALLEST; size <= largest; size *= 2) {
    times.set(size, measure(size));
    assert.ok(times.get(size)! < TIMEOUT_MS, `${size} characters of ${what} took more than ${TIMEOUT_MS} ms`);
    assertStep({ what, measure, times, size });
  }
};

type Step = {
  readonly what: string;
  readonly measure: (size: number) => number;
  readonly times: Map<number, number>;
  readonly size: number;
};

const assertStep = ({ what, measure, times, size }: Step): void => {
  let before = times.get(size / STEP);
  let after = times.get(size)!;
  if (before === undefined) return;
  for (let tries = 1; after > limit(before) && tries < TRIES; tries++) {
    collectGarbage();
    before = Math.min(before, measure(size / STEP));
    after = Math.min(after, measure(size));
  }
  const took = `${before.toFixed(1)} ms, ${STEP} times as many ${after.toFixed(1)} ms`;
  assert.ok(after <= limit(before), `${size / STEP} characters of ${what} took ${took}`);
  times.set(size, after);
};

const limit = (before: number): number => MAX_GROWTH * Math.max(before, FLOOR_MS);

/**
 * CPU milliseconds, which depend less on other processes; TIMEOUT_MS if it was stopped. Only a script of `node:vm` can
 * be interrupted.
 */
const time = (run: () => unknown): number => {
  stage.run = run;
  const start = process.cpuUsage();
  try {
    RUN.runInContext(stage, { timeout: TIMEOUT_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return TIMEOUT_MS;
    throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

/** As a command-line flag, `--expose-gc` would be needed wherever tests are started. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return new Script('gc').runInContext(createContext()) as () => void;
})();

const stage: { run?: () => unknown } = createContext({});
const RUN = new Script('run()');
