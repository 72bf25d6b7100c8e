import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import { type Line, LineSplitter, readLines } from './lines.ts';

const shown = (lines: readonly Line[]): string[] => lines.map(({ text, whole }) => (whole ? text : `${text}…`));

const split = (longest: number, ...pieces: string[]): string[] => {
  const splitter = new LineSplitter(longest);
  return shown([...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()]);
};

for (const [what, pieces, expected] of [
  ['several at once', ['a\nb\n\nc\n'], ['a', 'b', '', 'c']],
  ['in pieces', ['a', 'b\nc', '', 'd\n', 'e'], ['ab', 'cd', 'e']],
  ['ended as on Windows', ['a\r\nb\r', '\nc\rd\n'], ['a', 'b', 'c\rd']],
  ['just as long as they may be', ['12345\n12345'], ['12345', '12345']],
  ['too long', ['123456\n7\n'], ['12345…', '7']],
  ['too long, in pieces', ['123', '456', '789', 'x\n7', '\n'], ['12345…', '7']],
  ['too long, and without an end', ['123', '456', '789'], ['12345…']],
] as const)
  test(`lines that arrive ${what} are split correctly`, () => assert.deepEqual(split(5, ...pieces), expected));

test('multi-byte characters stay intact however a stream is split', async () => {
  const stream = new PassThrough();
  const lines: Line[] = [];
  readLines(stream, { longest: 10, onLine: (line) => lines.push(line) });
  const ended = once(stream, 'end');
  for (const byte of Buffer.from('é1\nzwei\nd✓')) stream.write(Buffer.from([byte]));
  stream.end();
  await ended;
  assert.deepEqual(shown(lines), ['é1', 'zwei', 'd✓']);
});

test('an endless line takes constant memory, and constant time per character', () => {
  const took = (letters: number): number => {
    const splitter = new LineSplitter(100_000);
    const start = process.cpuUsage();
    for (let i = 0; i < letters; i++) splitter.push('x');
    return process.cpuUsage(start).user;
  };
  const [small, large] = [100_000, 800_000].map((letters) => Math.min(...[1, 2, 3].map(() => took(letters))));
  assert.ok(large! < 32 * Math.max(small!, 1000), `${small} µs, ${large} µs`);
});
