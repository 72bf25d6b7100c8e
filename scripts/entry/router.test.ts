import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  buildTable,
  completeConfig,
  decideAndCount,
  explain,
  HeaderList,
  INERT_DEPS,
  loadDynamic,
  loadStatic,
  type Request,
} from './router.ts';

const DYNAMIC = `
http:
  routers: { mcp: { rule: "PathPrefix(\`/mcp\`)", service: nodes } }
  services:
    nodes:
      loadBalancer:
        servers: [{ url: "http://n1", weight: 2 }, { url: "http://n2" }]
`;

/** As a user of the package reads the files. */
const read = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'entry-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'dynamic.yml'), DYNAMIC);
  const file = join(folder, 'traefik.yml');
  const provider = `{ file: { filename: ${JSON.stringify(join(folder, 'dynamic.yml'))} } }`;
  writeFileSync(file, `entryPoints: { web: { address: ":80" } }\nproviders: ${provider}\n`);
  const { config: staticConfig, problems } = await loadStatic(file);
  assert.deepEqual(problems, []);
  const dynamic = await loadDynamic(staticConfig!.fileProvider);
  return { staticConfig: staticConfig!, config: completeConfig(dynamic.config, staticConfig!) };
};

const REQUEST: Request = {
  method: 'POST',
  protocol: 'HTTP/1.1',
  tls: false,
  remoteAddress: '127.0.0.1',
  remotePort: 50_000,
  host: 'localhost',
  canonicalHost: 'localhost',
  path: '/mcp',
  routingPath: '/mcp',
  query: undefined,
  headers: new HeaderList(),
};

test('explain gives the same result every time', async (t) => {
  const question = {
    entryPoint: 'web',
    tls: false,
    method: 'POST',
    target: '/mcp',
    host: 'localhost',
    headers: [],
    from: '127.0.0.1',
  };
  const input = { ...(await read(t)), question, status: { isUp: () => true } };
  const first = explain(input);
  assert.equal(first.service, 'nodes@file');
  assert.deepEqual(explain(input), first);
});

test('decideAndCount advances the round robin, so that the distribution can be counted', async (t) => {
  const { config, staticConfig } = await read(t);
  const table = buildTable(config, staticConfig, INERT_DEPS);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 30; i++) {
    const decision = decideAndCount(table, 'web', REQUEST);
    assert.ok(decision.kind === 'forward');
    const { url } = decision.choice.server;
    counts[url] = (counts[url] ?? 0) + 1;
    decision.choice.ended();
  }
  assert.deepEqual(counts, { 'http://n1': 20, 'http://n2': 10 });
});
