import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { CORES } from './workshop/coverage/cores.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const LONGEST_FILE = 250;
/** `npx mooring router` is the router itself, not a caller of it. */
const BECOMES_A_PROGRAM = 'scripts/mooring.ts';

/** Which files may import which npm package: a few files, or one folder. No other file may. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'http-proxy': ['router/http/proxy-passes.ts'],
  undici: ['router/http/upstream.ts', 'router/http/attempt.ts', 'node/host/upstream/upstream-server.ts'],
  yaml: ['shared/source/'],
  re2js: ['router/core/rule/regexp.ts'],
  selfsigned: ['router/http/certificates.ts'],
  'prom-client': ['router/traefik/observe/', 'node/'],
  pino: ['shared/log.ts'],
  ioredis: ['shared/registry/'],
  '@modelcontextprotocol/sdk': [
    'node/',
    'shared/client/',
    'scripts/demo/',
    'scripts/simulate/',
    'scripts/doctor/',
    'scripts/workshop/conformance/server/',
    'scripts/workshop/foreign/',
    'scripts/workshop/soak/',
  ],
  zod: [
    'node/',
    'shared/topology/',
    'scripts/simulate/',
    'scripts/workshop/conformance/server/',
    'scripts/workshop/soak/server.ts',
  ],
  '@modelcontextprotocol/server': ['node/', 'scripts/workshop/conformance/server/'],
  graphql: ['node/http/'],
  'fetch-cookie': ['shared/client/'],
  'tough-cookie': ['shared/client/'],
  diff: ['scripts/generate/'],
  'graphql-http': ['node/http/'],
  'playwright-core': ['scripts/workshop/screenshots/'],
  cookie: ['node/'],
  tsx: ['node/load-server.ts'],
  '@babel/parser': ['scripts/workshop/syntax.ts'],
  esbuild: ['scripts/workshop/mutation/'],
  refa: ['scripts/workshop/patterns/'],
  scslre: ['scripts/workshop/patterns/'],
};

/** What every program needs: logs, terminal text, options, finding programs, shutdown, positions in files. */
const PLAIN = [
  'shared/log.ts',
  'shared/terminal-text.ts',
  'shared/option-problem.ts',
  'shared/program.ts',
  'shared/steady-clock.ts',
  'shared/end-with-caller.ts',
  'shared/find-program.ts',
  'shared/found.ts',
  'shared/json-object.ts',
  'shared/source',
];
/** The folders and what each may import, types included. The longest matching prefix counts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: ['shared'],
  // Decisions: only types, and the names and values of Traefik's sticky cookies.
  'router/core': [
    'router/core',
    'shared/source/place.ts',
    'shared/traefik/cookie-name.ts',
    'shared/traefik/cookie-value.ts',
    'shared/traefik/qualified-name.ts',
  ],
  'router/traefik': ['router/traefik', 'router/core', ...PLAIN, 'shared/traefik'],
  'router/http': ['router/http', 'router/core', 'router/traefik', ...PLAIN],
  'router/explain': [
    'router/explain',
    'router/core',
    'router/traefik',
    'router/http/arrive.ts',
    'router/build-table.ts',
    ...PLAIN,
    'shared/traefik',
  ],
  'router/dashboard': [
    'router/dashboard',
    'router/explain',
    'router/core',
    'router/traefik',
    'router/router.ts',
    ...PLAIN,
    'shared/traefik',
  ],
  'router/parity': ['router/parity', 'shared'],
  router: ['router', ...PLAIN],
  node: ['node', 'shared'],
  scripts: ['scripts', 'router', 'node', 'shared'],
};
/** Folders that are not in the package, and which folders may import them apart from tests. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  'router/parity/': ['router/parity/', 'scripts/workshop/'],
  'scripts/workshop/': ['scripts/workshop/'],
};
const isOpen = (target: string, file: string): boolean =>
  Object.entries(CLOSED).every(
    ([room, mayEnter]) => !target.startsWith(room) || mayEnter.some((prefix) => file.startsWith(prefix)),
  );

/** Pure folders: no sockets, files, timers, clock, randomness or logs. */
const PURE = [...CORES, 'router/explain/', 'shared/client/back-off.ts', 'shared/client/failure.ts'];
const PURE_BUILTINS = new Set(['node:crypto', 'node:net', 'node:module', 'node:path/posix']);
const IMPURE =
  /\b(Date\.now|new Date\(|Math\.random|setTimeout|setInterval|setImmediate|performance\.now|process\.(?!platform))/;

/** Test helpers are called test-*, and are next to their tests. */
const isTest = (file: string): boolean => file.endsWith('.test.ts') || /\/test-[^/]*$/.test(file);

/** Only tests import these, but they are not helpers: they are loaded by name, or are what is tested. */
const ASKED_FOR_BY_NAME = [
  'node/example/minimal.ts',
  'shared/traefik/targets/',
  'scripts/entry/',
  'scripts/workshop/readme/',
];

/** Parity cases and differences are read one by one. */
const isData = (file: string): boolean =>
  file.startsWith('router/parity/cases/') || file === 'router/parity/differences.ts';

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

const ownImports = (file: string): string[] =>
  imports(file)
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => join(dirname(file), from).split(sep).join('/'));

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

test('each package is imported only by its listed files', () => {
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

const roomOf = (file: string): string =>
  Object.keys(MAY_IMPORT)
    .filter((room) => file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]!;

test('folders import only what the table allows', () => {
  const wrong: string[] = [];
  for (const file of sources.filter((one) => !isTest(one))) {
    const allowed = MAY_IMPORT[roomOf(file)]!;
    for (const target of ownImports(file)) {
      if (!isOpen(target, file) || !allowed.some((prefix) => target === prefix || target.startsWith(`${prefix}/`)))
        wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('files that only tests import are called test-*, and only tests and the workshop import those', () => {
  const importers = new Map<string, string[]>();
  for (const file of sources)
    for (const target of ownImports(file)) importers.set(target, [...(importers.get(target) ?? []), file]);
  const wrong = [...importers].flatMap(([file, by]) => {
    if (isTest(file))
      return by
        .filter((one) => !isTest(one) && !one.startsWith('scripts/workshop/'))
        .map((one) => `${one} imports ${file}`);
    const listed = ASKED_FOR_BY_NAME.some((prefix) => file.startsWith(prefix));
    return listed || !by.every(isTest) ? [] : [`only tests import ${file}`];
  });
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

test('nothing imports a main, and no source file is longer than 250 lines', () => {
  const wrong: string[] = [];
  for (const file of sources) {
    for (const { from } of imports(file))
      if (from.startsWith('.') && /(^|\/)main\.ts$/.test(from) && file !== BECOMES_A_PROGRAM)
        wrong.push(`${file} imports ${from}`);
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
    if (!isTest(file) && !isData(file) && lines > LONGEST_FILE) wrong.push(`${file} has ${lines} lines`);
  }
  assert.deepEqual(wrong, []);
});

test('our imports form no cycle, including types', () => {
  const graph = new Map(sources.map((file) => [file, ownImports(file)]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
});
