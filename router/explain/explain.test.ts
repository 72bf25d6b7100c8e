import assert from 'node:assert/strict';
import test from 'node:test';
import { buildTable, INERT_DEPS } from '../build-table.ts';
import { chooseServer, findRoute } from '../core/decide.ts';
import type { DynamicConfig } from '../core/model.ts';
import { completeConfig } from '../core/table/compile.ts';
import { Random } from '../parity/fuzz/random.ts';
import { type FuzzRequest, randomRequest } from '../parity/fuzz/request.ts';
import { ENTRY_POINTS, randomWorld, type World } from '../parity/fuzz/world.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';
import { runRequest } from '../traefik/middleware/run.ts';
import { exampleExchange } from '../traefik/middleware/test-exchange.ts';
import { explain, whereTo } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { arriveQuestion, type ExplainInput } from './question.ts';
import { worldOf } from './world.ts';

const WORLDS = 80;
const REQUESTS = 20;

const { config: staticConfig } = readStatic({
  file: 'traefik.yml',
  text: JSON.stringify({
    entryPoints: {
      plain: { address: ':80', ...ENTRY_POINTS.plain },
      trusting: { address: ':81', ...ENTRY_POINTS.trusting },
    },
    providers: { file: { filename: 'dynamic.yml' } },
  }),
});

const fill = (text: string): string => text.replace(/\{(\w+)\}/g, 'http://$1.test:8000');

const configOf = (world: World): DynamicConfig => {
  const { config } = readDynamic([{ file: 'dynamic.yml', text: fill(JSON.stringify({ http: world })) }]);
  return completeConfig(config, staticConfig!);
};

const inputOf = (config: DynamicConfig, asked: FuzzRequest, down: ReadonlySet<string>): ExplainInput => ({
  question: {
    entryPoint: asked.entryPoint,
    tls: false,
    method: asked.method,
    target: asked.target,
    host: asked.headers.find(([name]) => name === 'Host')?.[1] ?? '',
    headers: asked.headers,
    from: '127.0.0.1',
  },
  config,
  staticConfig: staticConfig!,
  status: { isUp: (_, url) => !down.has(url) },
});

type Routed = {
  readonly status: number | undefined;
  readonly router: string | undefined;
  readonly server: string | undefined;
  readonly setCookies: readonly string[];
};

/** What the router does with the request, on a new table. */
const routed = async (input: ExplainInput, random: () => number = INERT_DEPS.random): Promise<Routed> => {
  const arrived = arriveQuestion(input);
  if (arrived.kind === 'refused')
    return { status: arrived.status, router: undefined, server: undefined, setCookies: [] };
  const { request } = arrived;
  const table = buildTable(input.config, staticConfig!, { ...INERT_DEPS, random, status: input.status });
  const route = findRoute(table, input.question.entryPoint, request);
  const reply = await runRequest(route?.middlewares ?? [], { ...exampleExchange(), request });
  if (reply !== undefined) return { status: reply.status, router: route?.name, server: undefined, setCookies: [] };
  const decision = chooseServer(route, request);
  if (decision.kind === 'internal') throw new Error('these worlds have no internal pages');
  return {
    status: decision.kind === 'reject' ? decision.status : undefined,
    router: route?.name,
    server: decision.kind === 'forward' ? decision.choice.server.url : undefined,
    setCookies: decision.choice?.setCookies ?? [],
  };
};

const told = ({ status, router, server, setCookies }: Explanation): Routed => ({
  status,
  router,
  server: server?.url,
  setCookies,
});

test('explain agrees with the router, for random configurations, requests and outages', async () => {
  const outcomes = new Map<string, number>();
  for (let seed = 1; seed <= WORLDS; seed++) {
    const random = new Random(seed);
    const world = randomWorld(random);
    const config = configOf(world);
    const urls = [...config.services.values()].flatMap((one) => (one.kind === 'loadBalancer' ? one.servers : []));
    for (let i = 0; i < REQUESTS; i++) {
      const down = new Set(urls.filter(() => random.chance(0.3)).map(({ url }) => url));
      const asked = randomRequest(random, world, fill);
      const input = inputOf(config, asked, down);
      const explained = explain(input);
      assert.deepEqual(told(explained), await routed(input), `seed ${seed}, ${JSON.stringify(asked)}`);
      const { status, candidates } = explained;
      assert.deepEqual(whereTo(worldOf(input)), { status, candidates }, `seed ${seed}, ${JSON.stringify(asked)}`);
      const started = await routed(input, () => random.next());
      const possible = explained.candidates.map(({ url }) => url);
      if (started.server !== undefined) assert.ok(possible.includes(started.server), `seed ${seed}, ${possible}`);
      outcomes.set(explained.outcome, (outcomes.get(explained.outcome) ?? 0) + 1);
    }
  }
  assert.ok((outcomes.get('server') ?? 0) > 500 && (outcomes.get('answered') ?? 0) > 50, JSON.stringify([...outcomes]));
});

test('where a request goes is what is explained, also for a target of `*` alone', () => {
  const config = configOf(randomWorld(new Random(1)));
  const asked = { ...randomRequest(new Random(1), randomWorld(new Random(1)), fill), target: '*' };
  for (const method of ['OPTIONS', 'POST']) {
    const input = inputOf(config, { ...asked, method }, new Set());
    const { status, candidates } = explain(input);
    assert.deepEqual(whereTo(worldOf(input)), { status, candidates });
  }
});
