import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { loadServer } from './load-server.ts';

const folderOf = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'server-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
};

for (const { what, file, text, says } of [
  {
    what: 'throws',
    file: 'a.mts',
    text: 'const config: { a?: { b: string } } = {};\nconsole.log(config.a!.b);',
    says: /a\.mts cannot be loaded\nTypeError: Cannot read properties of undefined \(reading 'b'\)\n {4}at .*a\.mts:2:\d+/,
  },
  { what: 'is no TypeScript', file: 'b.mts', text: '\n}', says: /b\.m?ts:2:0: ERROR: Unexpected "}"$/ },
  {
    what: 'is no JavaScript',
    file: 'c.mjs',
    text: '\n}',
    says: /c\.mjs:2\n}\n\^\n\nSyntaxError: Unexpected token '}'$/,
  },
  { what: 'throws no error', file: 'd.mjs', text: 'throw "a text"', says: /d\.mjs cannot be loaded\na text$/ },
  {
    what: 'needs a package that is not there',
    file: 'e.mjs',
    text: "import 'not-there-at-all';",
    says: /Cannot find package 'not-there-at-all' imported from .*e\.mjs$/,
  },
  {
    what: 'exports another name',
    file: 'f.mjs',
    text: 'export const createserver = 1;',
    says: /f\.mjs does not export a function createServer; it exports createserver$/,
  },
  {
    what: 'exports no function',
    file: 'g.mjs',
    text: 'export const createServer = 1;',
    says: /g\.mjs is not a function$/,
  },
  {
    what: 'exports an authenticator that is none',
    file: 'h.mjs',
    text: 'export const createServer = () => ({});\nexport const authenticate = { lets: "everybody in" };',
    says: /^authenticate of .*h\.mjs is not a function$/,
  },
  {
    what: 'exports routes that are none',
    file: 'i.mjs',
    text: 'export const createServer = () => ({});\nexport const routes = null;',
    says: /^routes of .*i\.mjs is not a function$/,
  },
])
  test(`a module that ${what} is reported with its position, without stack frames of module loaders`, async (t) => {
    const path = join(await folderOf(t), file);
    await writeFile(path, text);
    await assert.rejects(loadServer(path), ({ message }: Error) => {
      assert.match(message, says);
      assert.doesNotMatch(message, /node:internal|node_modules|loadServer/);
      return true;
    });
  });

test('a path that is not a file is named in the error', async (t) => {
  const folder = await folderOf(t);
  await assert.rejects(loadServer(folder), /is a directory; --server takes the module in it/);
  await assert.rejects(loadServer('nosuch.ts'), /^Error: there is no file nosuch\.ts; --server takes a module/);
});

test('a CommonJS module works too', async (t) => {
  const path = join(await folderOf(t), 'server.cjs');
  await writeFile(path, 'exports.createServer = () => ({});');
  assert.equal(typeof (await loadServer(path)).createServer, 'function');
});

test('an exported authenticator and routes are used, from CommonJS too', async (t) => {
  const folder = await folderOf(t);
  const names = ['createServer', 'authenticate', 'routes'];
  await writeFile(join(folder, 'all.mjs'), names.map((name) => `export const ${name} = () => ({});`).join('\n'));
  await writeFile(join(folder, 'all.cjs'), names.map((name) => `exports.${name} = () => ({});`).join('\n'));
  for (const file of ['all.mjs', 'all.cjs'])
    assert.deepEqual(Object.keys(await loadServer(join(folder, file))), ['createServer', 'authenticate', 'ownRoutes']);
});
