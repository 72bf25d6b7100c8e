import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { CORES } from './coverage/cores.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const LONGEST_FILE = 250;
/** `npx mooring router` is the router itself, not a caller of it. */
const BECOMES_A_PROGRAM = 'scripts/mooring.ts';

/** One vendor, one door: who may import what from npm. Anything not listed here is nobody's. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'http-proxy': ['router/http/frame.ts'],
  undici: ['router/http/upstream.ts', 'router/http/attempt.ts'],
  yaml: ['router/config/', 'shared/source/', 'shared/topology/', 'shared/traefik/'],
  re2js: ['router/rule/regexp.ts'],
  selfsigned: ['router/http/certificates.ts'],
  'prom-client': ['router/observe/', 'node/'],
  pino: ['shared/log.ts'],
  ioredis: ['shared/registry/'],
  '@modelcontextprotocol/sdk': ['node/', 'shared/client/', 'scripts/demo/', 'scripts/simulate/', 'scripts/doctor/'],
  zod: ['node/', 'shared/topology/', 'scripts/simulate/'],
  graphql: ['node/http/'],
  'fetch-cookie': ['shared/client/'],
  'tough-cookie': ['shared/client/'],
  diff: ['scripts/generate/'],
  'fast-check': ['shared/topology/arbitrary-topology.ts'],
  'graphql-http': ['node/http/'],
  'playwright-core': ['router/dashboard/test-browser.ts', 'scripts/screenshots/'],
  cookie: ['node/'],
  tsx: ['node/main.ts'],
};

/** Who may import whom; the longest prefix that fits decides. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: ['shared'],
  router: ['router', 'shared/log.ts', 'shared/program.ts', 'shared/find-program.ts', 'shared/source', 'shared/traefik'],
  node: ['node', 'shared'],
  scripts: ['scripts', 'router', 'node', 'shared'],
};

/** Decisions are values: here is no socket, no file, no timer, no clock, no chance, no log. */
const PURE = [...CORES, 'router/explain/', 'shared/client/back-off.ts', 'shared/client/failure.ts'];
const PURE_BUILTINS = new Set(['node:crypto', 'node:net', 'node:module', 'node:path/posix']);
const IMPURE =
  /\b(Date\.now|new Date\(|Math\.random|setTimeout|setInterval|setImmediate|performance\.now|process\.(?!platform))/;

const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.includes('/parity/');

const sources = ['router', 'node', 'shared', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/')),
);

const imports = (file: string): { from: string; typeOnly: boolean }[] =>
  [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(
      /^\s*(?:import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map(([, type, from, bare, dynamic]) => ({ from: (from ?? bare ?? dynamic)!, typeOnly: type !== undefined }));

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

test('each package is imported only through its door', () => {
  const wrong: string[] = [];
  for (const file of sources.filter((one) => !isTest(one))) {
    for (const { from } of imports(file)) {
      if (from.startsWith('.') || from.startsWith('node:')) continue;
      const doors = DOORS[packageOf(from)] ?? [];
      if (!doors.some((door) => file.startsWith(door))) wrong.push(`${file} imports ${from}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('folders import only the folders below them', () => {
  const wrong: string[] = [];
  for (const file of sources.filter((one) => !isTest(one))) {
    const allowed = MAY_IMPORT[file.split('/')[0]!]!;
    for (const { from } of imports(file).filter(({ from }) => from.startsWith('.'))) {
      const target = join(dirname(file), from).split(sep).join('/');
      if (!allowed.some((prefix) => target === prefix || target.startsWith(`${prefix}/`)))
        wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('the pure folders import no input or output and read no clock', () => {
  const wrong: string[] = [];
  for (const file of sources.filter((one) => !isTest(one) && PURE.some((prefix) => one.startsWith(prefix)))) {
    for (const { from, typeOnly } of imports(file)) {
      if (from.startsWith('node:') && !typeOnly && !PURE_BUILTINS.has(from)) wrong.push(`${file} imports ${from}`);
    }
    const text = readFileSync(join(ROOT, file), 'utf8').replace(/'[^'\n]*'|`[^`\n]*`/g, '');
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    const impure = IMPURE.exec(code);
    if (impure) wrong.push(`${file} uses ${impure[0]}`);
  }
  assert.deepEqual(wrong, []);
});

test('nobody imports a main, and no source file is longer than can be read at a sitting', () => {
  const wrong: string[] = [];
  for (const file of sources) {
    for (const { from } of imports(file))
      if (from.startsWith('.') && /(^|\/)main\.ts$/.test(from) && file !== BECOMES_A_PROGRAM)
        wrong.push(`${file} imports ${from}`);
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
    if (!isTest(file) && lines > LONGEST_FILE) wrong.push(`${file} has ${lines} lines`);
  }
  assert.deepEqual(wrong, []);
});

test('imports of our own form no cycle', () => {
  const graph = new Map(
    sources.map((file) => [
      file,
      imports(file)
        .filter(({ from, typeOnly }) => from.startsWith('.') && !typeOnly)
        .map(({ from }) => join(dirname(file), from).split(sep).join('/')),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
});
