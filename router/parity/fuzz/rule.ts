import type { Random } from './random.ts';
import * as words from './words.ts';

/** A random rule with any matchers, operators, quotes, letter case and whitespace. */
export const randomRule = (random: Random, depth = 2): string => {
  if (depth === 0 || random.chance(0.45)) return randomMatcher(random);
  const side = (): string => randomRule(random, depth - 1);
  const gap = random.pick(['', ' ', ' ', '  ']);
  return random.weigh([
    [4, () => `${side()}${gap}&&${gap}${side()}`],
    [3, () => `${side()}${gap}||${gap}${side()}`],
    [2, () => `(${side()}${gap}||${gap}${side()})${gap}&&${gap}${side()}`],
    [1, () => `!(${side()})`],
    [1, () => `!${randomMatcher(random)}`],
  ]);
};

const randomMatcher = (random: Random): string =>
  random.weigh([
    [6, () => call(random, 'PathPrefix', random.pick(words.RULE_PATHS))],
    [2, () => call(random, 'Path', random.pick(words.RULE_PATHS))],
    [2, () => call(random, 'PathRegexp', random.pick(words.PATH_REGEXPS))],
    [3, () => call(random, 'Host', random.pick(words.RULE_HOSTS))],
    [1, () => call(random, 'HostRegexp', random.pick(words.HOST_REGEXPS))],
    [2, () => call(random, 'Method', random.pick(['GET', 'POST', 'DELETE', 'put']))],
    [2, () => call(random, 'Header', random.pick(words.HEADER_NAMES), random.pick(['v', 'n1.abc', 'u, v', '']))],
    [2, () => call(random, 'HeaderRegexp', random.pick(words.HEADER_NAMES), random.pick(words.HEADER_REGEXPS))],
    [1, () => call(random, 'Query', random.pick(words.QUERY_NAMES), random.pick(['v', '1', 'a b', '']))],
    [1, () => call(random, 'Query', random.pick(words.QUERY_NAMES))],
    [1, () => call(random, 'QueryRegexp', random.pick(words.QUERY_NAMES), random.pick(words.QUERY_REGEXPS))],
    [1, () => call(random, 'ClientIP', random.pick(words.RANGES))],
    // Sometimes one that does not parse: that router is left out, and nothing else changes.
    [0.2, () => random.pick(['Nonsense(`x`)', 'Path()', 'PathRegexp(`(`)', 'Path(`/a`, `/b`)'])],
  ]);

const call = (random: Random, name: string, ...values: readonly string[]): string => {
  const spelled = random.chance(0.9) ? name : random.chance(0.5) ? name.toLowerCase() : name.toUpperCase();
  return `${spelled}(${values.map((value) => quoted(random, value)).join(random.pick([',', ', ']))})`;
};

const quoted = (random: Random, value: string): string =>
  random.chance(0.85) ? `\`${value}\`` : JSON.stringify(value);
