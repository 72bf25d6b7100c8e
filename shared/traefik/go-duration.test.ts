import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatGoDuration, millisecondsOf, parseGoDuration } from './go-duration.ts';

const milliseconds = (text: string): number | undefined => {
  const parsed = parseGoDuration(text);
  return 'milliseconds' in parsed ? parsed.milliseconds : undefined;
};

for (const [text, expected] of [
  ['0', 0],
  ['10', 10_000],
  ['+10', 10_000],
  ['-3', -3_000],
  ['010', 10_000],
  ['5s', 5_000],
  ['1h30m', 5_400_000],
  ['1m1m', 120_000],
  ['1.5s', 1_500],
  ['.5s', 500],
  ['5.s', 5_000],
  ['-1.5h', -5_400_000],
  ['+1s', 1_000],
  ['0s', 0],
  ['250ms', 250],
  ['10us', 0.01],
  ['10µs', 0.01],
  ['10μs', 0.01],
  ['1ns', 0.000001],
  ['1.9ns', 0.000001],
  ['2540400h10m10s', 9_145_440_610_000],
  ['9223372036854775807ns', 9_223_372_036_854.775],
  ['-9223372036854775808ns', -9_223_372_036_854.775],
] as const)
  test(`the duration ${text} is ${expected} ms`, () => assert.equal(milliseconds(text), expected));

for (const text of [
  '',
  '-',
  '.',
  '.s',
  's',
  '1.5',
  '1.500000',
  '5 s',
  ' 5s',
  '1d',
  '5S',
  '1h-3m',
  '1e3s',
  '3000000h',
  '9223372036854775808ns',
  '-9223372036854775809ns',
  '99999999999999999999',
  '1_000',
])
  test(`${JSON.stringify(text)} is no duration, and the error names it`, () => {
    const { error } = parseGoDuration(text) as { error: string };
    assert.ok(error.startsWith(`${JSON.stringify(text)} is `), error);
    assert.throws(() => millisecondsOf(text), new TypeError(error));
  });

test('the error quotes the text and shows the right form', () => {
  assert.deepEqual(parseGoDuration('1d'), {
    error: '"1d" is not a duration: "d" is no unit; the units are ns, us, ms, s, m and h',
  });
  assert.match((parseGoDuration('1h5') as { error: string }).error, /a unit is missing after 5; write/);
  assert.match(
    (parseGoDuration('1.5') as { error: string }).error,
    /a unit is missing after 1\.5; write a duration such as/,
  );
});

for (const [given, expected] of [
  [0, '0s'],
  [500, '500ms'],
  [1_500, '1.5s'],
  [30_000, '30s'],
  [90_000, '1m30s'],
  [60_000, '1m0s'],
  [3_600_000, '1h0m0s'],
  [5_400_500, '1h30m0.5s'],
  [-1_500, '-1.5s'],
  [1.5, '1.5ms'],
  [0.0015, '1.5µs'],
  [0.000001, '1ns'],
  [0.001, '1µs'],
  [1, '1ms'],
  [1_000, '1s'],
  [-0.0000001, '0s'],
  [100, '100ms'],
] as const)
  test(`${given} ms is printed as ${expected}`, () => assert.equal(formatGoDuration(given), expected));

test('a printed duration is read back unchanged', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), (given) =>
      assert.equal(milliseconds(formatGoDuration(given)), given === 0 ? 0 : given),
    ),
  );
});
