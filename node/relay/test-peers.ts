/** Nodes that pass misroutes on, and fakes of a peer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createMemoryStore } from '../../shared/registry/memory.ts';
import { newSessionId } from '../../shared/registry/session-id.ts';
import type { KnownNode } from '../core/relay-decision.ts';
import { CHALLENGE, PROOF, PROOF_PATH, proveTo } from '../core/relay-mark.ts';
import type { Keys } from '../core/shared-keys.ts';
import { ask, nodeName, type TestNode, testNode } from '../test-bench.ts';

export const KEYS: Keys = ['q8Yw2nZr5tVb7xKc0pLm4sHd1fGj6aEu'];

/** However busy the machine is. */
const PATIENT_MS = 60_000;

export type Fleet = {
  readonly nodes: readonly [TestNode, TestNode, ...TestNode[]];
  readonly known: KnownNode[];
  readonly store: ReturnType<typeof createMemoryStore>;
};

export const relayNodes = async (
  t: TestContext,
  count = 2,
  { patienceMs = PATIENT_MS, ...options }: Parameters<typeof testNode>[1] & { readonly patienceMs?: number } = {},
): Promise<Fleet> => {
  const store = createMemoryStore(Date.now);
  const known: KnownNode[] = [];
  const nodes: TestNode[] = [];
  for (let i = 1; i <= count; i++) {
    const misroute = { keys: KEYS, known: async () => known, patienceMs };
    const node = await testNode(t, { name: `n${i}`, store, misroute, ...options });
    known.push({ id: `n${i}`, url: node.url, state: 'active' });
    nodes.push(node);
  }
  return { nodes: nodes as unknown as Fleet['nodes'], known, store };
};

export type Impostor = {
  readonly url: string;
  /** The requests received, except for proof and health. */
  readonly requests: IncomingMessage[];
  /** All headers that it ever received, including proofs. */
  readonly seen: string[];
  /** How many are open now. */
  readonly connections: () => number;
};

type Answering = {
  /** With the secret it proves itself as any node would. */
  readonly keys?: Keys;
  readonly name: string;
  /** Undefined: never. */
  readonly answer?: (req: IncomingMessage, res: ServerResponse) => void;
  /** Whether it still responds. */
  readonly proves?: () => boolean;
};

/** A server that takes the place of a node. */
export const impostor = async (
  t: TestContext,
  { keys, name, answer, proves = () => true }: Answering,
): Promise<Impostor> => {
  const requests: IncomingMessage[] = [];
  const seen: string[] = [];
  let connections = 0;
  const server = createServer((req, res) => {
    // Anybody may request this, and it reveals nothing.
    if (req.url === '/healthz') return void res.end();
    seen.push(...req.rawHeaders);
    if (req.url !== PROOF_PATH) {
      requests.push(req);
      answer?.(req, res);
      return;
    }
    const asked = { peer: name, boot: 'boot', clock: Date.now() };
    const proof = keys && proveTo(keys, String(req.headers[CHALLENGE]), asked);
    if (proves()) res.writeHead(204, { [PROOF]: proof ?? 'boot 1 lie' }).end();
  });
  server.on('connection', (socket) => {
    connections++;
    socket.once('close', () => connections--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, requests, seen, connections: () => connections };
};

/** Simulates a registry that is wrong or outdated: a session of `name` at `url`. */
export const register = ({ store }: Fleet, name: string, url: string): string => {
  const node = nodeName(name);
  const id = newSessionId(node, '00000000-0000-4000-8000-000000000001');
  const record = { id, node, boot: 'boot', created: 1, client: 'test' };
  store.nodes.set(node, { node, boot: 'boot', url, sessions: 1, draining: false, refusing: false });
  store.sessions.set(id, { ...record, expires: Number.POSITIVE_INFINITY });
  return id;
};

/** The outcomes of misroutes at a node, with counts. */
export const relayedBy = async (node: TestNode): Promise<readonly string[]> => {
  const { text } = await ask(node, { method: 'GET', path: '/metrics' });
  const found = text.matchAll(/^mooring_relayed_total\{what="(\w+)",outcome="([\w-]+)".*\} (\d+)$/gm);
  return [...found].map(([, what, outcome, count]) => `${what} ${outcome} ${count}`);
};
