import assert from 'node:assert/strict';
import test from 'node:test';
import { startLeashed } from './owned-process.ts';

test('of a line without end that a server prints the beginning is told, and then the lines after it', async () => {
  const lines: string[] = [];
  const print = 'process.stdout.write("x".repeat(20e6)); console.log(); console.log("after")';
  const { ended } = await startLeashed({
    command: process.execPath,
    args: ['-e', print],
    onLine: (line) => void lines.push(line),
  });
  assert.equal(await ended, 'with code 0');
  const [long = '', after] = lines;
  assert.ok(long.length < 300_000 && long.endsWith('x … cut'), `${long.length}`);
  assert.deepEqual([after, lines.length], ['after', 2]);
});
