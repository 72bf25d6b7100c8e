import assert from 'node:assert/strict';
import test from 'node:test';
import { buildTable, INERT_DEPS } from '../../build-table.ts';
import { completeConfig } from '../../core/table/compile.ts';
import { readDynamic } from './dynamic/read-dynamic.ts';
import { faultsOf } from './faults.ts';
import { readStatic } from './static/read-static.ts';

const STATIC = 'entryPoints: {web: {address: ":80"}}\nproviders: {file: {filename: d.yml}}';

const faults = (text: string): string[] => {
  const fixed = readStatic({ file: 'traefik.yml', text: STATIC }).config!;
  const dynamic = readDynamic([{ file: 'd.yml', text }]);
  assert.deepEqual(dynamic.problems, []);
  const table = buildTable(completeConfig(dynamic.config, fixed), fixed, INERT_DEPS);
  return faultsOf(table).map(({ place, path, remedy }) => `${place.line}:${place.column} ${path}: ${remedy}`);
};

const SERVICE = 'services: {good: {loadBalancer: {servers: [{url: "http://a"}]}}}';

for (const [what, text, expected] of [
  ['nothing', 'routers: {r: {rule: "Path(`/`)", service: good}}', []],
  [
    'a matcher that is misspelt',
    'routers: {r: {rule: "Pathprefix2(`/`)", service: good}}',
    ['1:29 http.routers.r.rule: did you mean PathPrefix?'],
  ],
  ['a rule that is cut off', 'routers: {r: {rule: "Path(`/", service: good}}', ['1:29 http.routers.r.rule: undefined']],
  [
    'a rule that is empty',
    'routers: {r: {rule: "", service: good}}',
    ['1:29 http.routers.r.rule: add a rule, such as PathPrefix(`/mcp`)'],
  ],
  [
    'a router without a rule',
    'routers: {r: {service: good}}',
    ['1:18 http.routers.r.rule: add a rule, such as PathPrefix(`/mcp`)'],
  ],
  [
    'a router without a service',
    'routers: {r: {rule: "Path(`/`)"}}',
    ['1:18 http.routers.r.service: add a service, such as service: mcp'],
  ],
  [
    'a service that is misspelt',
    'routers: {r: {rule: "Path(`/`)", service: god}}',
    ['1:18 http.routers.r.service: did you mean good?'],
  ],
  [
    'a middleware nobody has',
    'routers: {r: {rule: "Path(`/`)", service: good, middlewares: [m]}}',
    ['1:18 http.routers.r.middlewares: the files define none'],
  ],
  [
    'an entry point nobody has',
    'routers: {r: {rule: "Path(`/`)", service: good, entryPoints: [zzz]}}',
    ['1:18 http.routers.r.entryPoints: known names: web'],
  ],
] as const)
  test(`for a configuration with ${what} the problems say what is left out, where and why`, () =>
    assert.deepEqual(faults(`http: {${text}, ${SERVICE}}`), expected));

test('a broken service is reported once, not for each router that leads to it', () => {
  const text = `http:
  routers: {a: {rule: "Path(\`/a\`)", service: f}, b: {rule: "Path(\`/b\`)", service: f}}
  services: {f: {failover: {service: gone, fallback: f}}}`;
  assert.deepEqual(faults(text), ['3:18 http.services.f: undefined']);
});
