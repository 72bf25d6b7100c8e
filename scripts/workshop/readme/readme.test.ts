import assert from 'node:assert/strict';
import test from 'node:test';
import { type Block, blocksOf } from './blocks.ts';
import { EXECUTED, ROOT, readPage } from './pages.ts';
import { type Ran, runCommands } from './run-block.ts';
import { misshapen } from './shape.ts';

const LIMIT_MS = 180_000;
/** They would run this test again. */
const NOT_AGAIN = /^npm (ci|test)$/;
/** Failures caused by another process on this machine, not by the page. */
const TAKEN = /EADDRINUSE.*/;

const commandsOf = ({ text }: Block): string =>
  text
    .split('\n')
    .map((line) =>
      line
        .split(' && ')
        .filter((command) => !NOT_AGAIN.test(command.trim()))
        .join(' && '),
    )
    .filter((line) => line !== '')
    .join('\n');

const judge = (block: Block, where: string, { code, printed }: Ran): void => {
  assert.ok(code === 0 || code === undefined, `${where}: ended with ${code}:\n${printed}`);
  if (block.mark.kind === 'until')
    assert.equal(code, undefined, `${where}: ended before it printed "${block.mark.text}":\n${printed}`);
  const wrong = block.output && misshapen(block.output.text, printed);
  if (wrong)
    assert.fail(`${where}, output${wrong.at < 0 ? '' : ` in line ${block.output!.line + wrong.at}`}: ${wrong.why}`);
};

for (const name of EXECUTED)
  test(`the commands of ${name} do what it says`, async (t) => {
    for (const block of blocksOf(readPage(name).text)) {
      const { mark, line } = block;
      const commands = commandsOf(block);
      const title = `${commands.split('\n')[0]!.replace(/ # .*/, '').trim()} (line ${line})`;
      const skip = mark.kind === 'no' ? `not executed, because ${mark.because}` : commands === '';
      await t.test(title, { skip, timeout: LIMIT_MS + 10_000 }, async (one) => {
        const signal = AbortSignal.any([one.signal, AbortSignal.timeout(LIMIT_MS)]);
        const ran = await runCommands(commands, {
          folder: ROOT,
          signal,
          ...(mark.kind === 'until' && { until: mark.text }),
        });
        const taken = ran.code !== 0 && TAKEN.exec(ran.printed);
        if (taken) return one.skip(taken[0]);
        judge(block, `${name}:${line}`, ran);
      });
    }
  });
