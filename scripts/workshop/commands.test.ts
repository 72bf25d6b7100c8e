import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import type { Terminal } from '../cli/terminal.ts';
import { COMMANDS } from './commands.ts';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const CALL = 'node --import tsx/esm scripts/workshop/main.ts ';

test('each command of the workshop is an npm script of its name, and each such script a command', () => {
  const called = Object.entries(scripts).filter(([, line]) => /\b(workshop|parity)\//.test(line));
  assert.deepEqual(
    called.map(([name, line]) => [name, line]).sort(),
    Object.keys(COMMANDS)
      .map((name) => [name, CALL + name])
      .sort(),
  );
});

const run = async (name: string, args: readonly string[]) => {
  const { command } = await COMMANDS[name]!();
  const printed: string[] = [];
  const complained: string[] = [];
  const terminal: Terminal = {
    print: (text) => void printed.push(text),
    complain: (text) => void complained.push(text),
    interactive: false,
    color: false,
    env: {},
    signal: new AbortController().signal,
  };
  const code = await command.run(args, terminal);
  return { code, printed: printed.join('\n'), complained: complained.join('\n') };
};

for (const name of Object.keys(COMMANDS)) {
  test(`${name} --help shows its usage, and --json`, async () => {
    const { code, printed } = await run(name, ['--help']);
    assert.equal(code, 0);
    assert.ok(printed.startsWith(`Usage: npm run ${name}`), printed);
    assert.match(printed, /^ +--json /m);
  });

  for (const odd of ['--no-such-option', 'no-such-word'])
    test(`${name} refuses ${odd}`, async () => {
      const { code, complained } = await run(name, [odd]);
      assert.equal(code, 2);
      assert.ok(complained.includes(odd), complained);
    });
}
