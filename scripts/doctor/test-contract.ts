/** Behind either proxy doctor finds exactly the fault that the test made. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { testNode } from '../../node/test-bench.ts';
import type { JsonObject } from '../../router/parity/subject.ts';
import { Subject, type SubjectKind } from '../../router/parity/subject.ts';
import { createMemoryStore } from '../../shared/registry/memory.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import { judge } from './judge.ts';
import { readTarget } from './target.ts';
import { type Deployment, deploymentsOf, STUBS } from './test-deployments.ts';
import { startStub } from './test-stub.ts';

export const look = async (url: string, options: { readonly api?: string } = {}): Promise<readonly Finding[]> => {
  const examined = await examine({
    target: readTarget(url, undefined),
    calls: 4,
    idleMs: 400,
    headers: {},
    insecure: true,
    origin: undefined,
    api: options.api === undefined ? undefined : new URL(options.api),
    topology: undefined,
    signal: new AbortController().signal,
    onStep: () => undefined,
  });
  if (examined.kind !== 'facts') throw new Error(JSON.stringify(examined));
  return judge(examined.facts);
};

export const holdsContract = (kind: SubjectKind, skip: string | false): void => {
  test(`behind ${kind}, each fault is found, and no other`, { skip, concurrency: 8 }, async (t) => {
    const store = createMemoryStore(Date.now);
    const nodes = await Promise.all(
      ['n1', 'n2', 'n3'].map(async (id) => ({ id, url: (await testNode(t, { name: id, store })).url })),
    );
    const stubs: Record<string, string> = {};
    for (const [name, { options }] of Object.entries(STUBS)) stubs[name] = await startStub(t, options);
    const deployments = deploymentsOf({ nodes }, stubs).filter(({ only = kind }) => only === kind);
    const subject = await Subject.start(kind, {
      entryPoints: {
        ...Object.fromEntries(deployments.map(({ name, entryPoint = {} }) => [name, entryPoint])),
        traefik: {},
      },
      dynamic: { http: merged(deployments) },
      static: { api: { insecure: true } },
      strict: true,
    });
    t.after(() => subject.stop());
    const api = `http://127.0.0.1:${subject.port('traefik')}`;
    await Promise.all(
      deployments.map(({ name, finds, secure }) =>
        t.test(`${name}: ${finds.join(', ') || 'nothing'}`, async () => {
          const url = `${secure ? 'https' : 'http'}://127.0.0.1:${subject.port(name)}`;
          const found = await look(url, { api });
          const wrong = found.filter(({ severity }) => severity === 'problem' || severity === 'warning');
          assert.deepEqual(wrong.map(({ id }) => id).sort(), [...finds].sort(), JSON.stringify(wrong, null, 2));
        }),
      ),
    );
  });
};

const merged = (deployments: readonly Deployment[]): JsonObject => {
  const part = (key: string) =>
    Object.assign({}, ...deployments.map(({ dynamic }) => dynamic[key] ?? {})) as JsonObject;
  return { routers: part('routers'), services: part('services'), middlewares: part('middlewares') };
};
