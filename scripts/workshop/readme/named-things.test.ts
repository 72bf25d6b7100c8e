import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { anchorsIn, commandsIn, linksIn, pathsIn } from './named.ts';
import { allPages, ROOT } from './pages.ts';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const PAGES = allPages();
const NAMED = PAGES.flatMap(({ name, text }) => commandsIn(text).map((command) => ({ ...command, page: name })));
/** Those that `npx mooring` has are the npm scripts that it or one of its two programs run. */
const OF_PACKAGE = /scripts\/mooring\.ts|(router|node)\/main\.ts/;

const sh = (command: string): Promise<{ stdout: string }> => promisify(execFile)('sh', ['-c', command], { cwd: ROOT });

test('every command that a page names exists', () => {
  const wrong = NAMED.filter(({ by, name }) => {
    const script = scripts[name];
    return script === undefined || (by === 'mooring' && !OF_PACKAGE.test(script));
  });
  assert.deepEqual(
    wrong.map(({ page, line, text }) => `${page}:${line} ${text}`),
    [],
  );
});

test('every option that a page gives to a command is in its --help', async () => {
  const wrong: string[] = [];
  for (const name of new Set(NAMED.filter(({ options }) => options.length > 0).map((command) => command.name))) {
    const { stdout: help } = await sh(`${scripts[name]} --help 2>&1`);
    const known = new Set(help.match(/(?<![\w-])--?[A-Za-z][\w-]*/g));
    for (const { page, line, text, options } of NAMED.filter((command) => command.name === name))
      for (const option of options.filter((one) => !known.has(one))) wrong.push(`${page}:${line} ${option} of ${text}`);
  }
  assert.deepEqual(wrong, []);
});

test('every link of a page leads to an existing file or heading', () => {
  const leads = (folder: string, page: string, link: string): boolean => {
    const [path = '', anchor] = link.split('#');
    const file = join(folder, path);
    if (path !== '' && !existsSync(file)) return false;
    if (anchor === undefined || (path !== '' && !path.endsWith('.md'))) return true;
    return anchorsIn(path === '' ? page : readFileSync(file, 'utf8')).includes(anchor);
  };
  const wrong = PAGES.flatMap(({ name, folder, text }) =>
    linksIn(text)
      .filter((link) => !leads(folder, text, link.text))
      .map((link) => `${name}:${link.line} ${link.text}`),
  );
  assert.deepEqual(wrong, []);
});

test('every path of the project that a page names exists', () => {
  const wrong = PAGES.flatMap(({ name, text }) =>
    pathsIn(text)
      .filter((path) => !existsSync(join(ROOT, path.text)))
      .map((path) => `${name}:${path.line} ${path.text}`),
  );
  assert.deepEqual(wrong, []);
});
