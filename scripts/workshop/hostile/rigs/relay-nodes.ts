/**
 * Two nodes that pass misroutes on, and the other peers of their topology: malicious ones with the secret, one without
 * it, and the nodes' own addresses.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CHALLENGE,
  PROOF,
  PROOF_PATH,
  type Proof,
  proveTo,
  readProof,
  signChallenge,
} from '../../../../node/core/relay-mark.ts';
import type { Keys } from '../../../../node/core/shared-keys.ts';
import { freePorts } from '../../../../shared/free-ports.ts';
import type { Rig } from '../area.ts';
import { LyingOrigin } from './lying-origin.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { headerOf, idOf, initialize, rpc, send } from './raw-mcp.ts';
import { type RegistryWords, speakTo } from './raw-registry.ts';

export const KEYS: Keys = ['q8Yw2nZr5tVb7xKc0pLm4sHd1fGj6aEu'];
export const UUID = '00000000-0000-4000-8000-000000000001';

export type Proving = { readonly challenge: string; readonly nonce: string; readonly right: string };

export type RelayNodes = Rig & {
  readonly n1: NodeProcess;
  readonly n2: NodeProcess;
  readonly registry: RegistryWords;
  /** n3 of the topology: it passes the challenge, and sends malformed answers to requests with X-Lie. */
  readonly liar: LyingOrigin;
  /** Nodes of the topology at one address: each answers the challenge as the test says. */
  readonly prover: LyingOrigin;
  readonly proofs: Map<string, { readonly lie?: string; readonly send?: (asked: Proving) => string }>;
  /** n4 of the topology, and the target of forged registry entries: it does not have the secret. */
  readonly stranger: { readonly url: string; readonly heard: string[] };
};

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
export const proven = (text: string): string => `HTTP/1.1 204 No Content\r\n${PROOF}: ${text}\r\n\r\n`;
const isProof = (head: string): boolean => head.split(' ', 2)[1] === PROOF_PATH;

/** Each is used once: a connection on which a peer has passed the challenge is reused. */
export const PROVERS = Array.from({ length: 24 }, (_, i) => `q${i}`);

const provingOf = (head: string, peers: readonly string[]): Proving & { readonly peer: string } => {
  const challenge = headerOf(head, CHALLENGE) ?? '';
  const proofs = peers.map((peer) => [peer, proveTo(KEYS, challenge, { peer, boot: 'boot', clock: 1_000_000 })]);
  const [peer = '', right = ''] = proofs.find(([, text]) => text !== undefined) ?? [];
  return { challenge, nonce: challenge.split(' ')[0] ?? '', peer, right };
};

export const startRelayNodes = async (): Promise<RelayNodes> => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-relay-'));
  const proofs: RelayNodes['proofs'] = new Map();
  const heard: string[] = [];
  const liar = new LyingOrigin({
    lieOf: (head) => headerOf(head, 'x-lie') ?? '',
    honestly: (head) => (isProof(head) ? proven(provingOf(head, ['n3']).right) : OK),
  });
  const toldOf = (head: string) => {
    const asked = provingOf(head, PROVERS);
    return { asked, ...proofs.get(asked.peer) };
  };
  const prover = new LyingOrigin({
    lieOf: (head) => (isProof(head) ? (toldOf(head).lie ?? '') : ''),
    honestly: (head) => {
      const { asked, send: prove } = toldOf(head);
      return isProof(head) ? (prove?.(asked) ?? proven(asked.right)) : OK;
    },
  });
  const stranger = new LyingOrigin({
    lieOf: () => '',
    honestly: (head) => {
      if (!head.startsWith('GET /healthz ')) heard.push(head);
      return OK;
    },
  });
  const [p1, p2, gone] = (await freePorts(3)) as [number, number, number];
  const urls = [p1, p2].map((port) => `http://127.0.0.1:${port}`);
  for (const origin of [liar, stranger]) urls.push(await origin.listen());
  // n5 and n6 are the two nodes under other names; nothing listens at n7.
  urls.push(...[p1, p2, gone].map((port) => `http://localhost:${port}`));
  const file = join(folder, 'topology.json');
  const proving = await prover.listen();
  const provers = PROVERS.map((id) => ({ id, url: proving }));
  const nodes = [...urls.map((url, i) => ({ id: `n${i + 1}`, url })), ...provers];
  await writeFile(join(folder, 'secret'), KEYS[0]);
  const entryPoints = { web: { address: ':80' } };
  await writeFile(file, JSON.stringify({ nodes, entryPoints, misroute: 'relay', relaySecretFile: 'secret' }));
  const start = (name: string, port: number, more: readonly string[] = []): Promise<NodeProcess> =>
    startNodeProcess([
      '--name',
      name,
      '--port',
      `${port}`,
      '--url',
      `http://127.0.0.1:${port}`,
      '--topology',
      file,
      ...more,
    ]);
  const n1 = await start('n1', p1);
  const n2 = await start('n2', p2, ['--redis', `redis://127.0.0.1:${n1.redisPort}`]);
  const registry = await speakTo(n1.redisPort);
  for (const { id, url } of nodes.slice(2)) {
    await registry.set(
      `mcp:node:${id}`,
      JSON.stringify({ boot: 'boot', url, sessions: 1, draining: false, refusing: false }),
    );
    await registry.set(`mcp:session:${id}.${UUID}`, recordOf(id));
  }
  const origins = [liar, prover, stranger];
  return {
    ...{ n1, n2, registry, liar, prover, proofs, stranger: { url: urls[3] as string, heard } },
    watched: [n1, n2].map(({ watched }) => watched),
    honest: () => converse(n1.port, n2.port),
    closeIdle: async () => {
      for (const origin of origins) origin.dropConnections();
    },
    close: async () => {
      await registry.quit();
      for (const node of [n2, n1]) await node.stop();
      for (const origin of origins) await origin.close();
      await rm(folder, { recursive: true });
    },
  };
};

export const recordOf = (node: string): string =>
  JSON.stringify({ node, boot: 'boot', created: 1, client: 'hostile/1' });

/** A session on one node, called through the other. */
const converse = async (owner: number, other: number): Promise<void> => {
  const session = idOf(await send(owner, { body: initialize('honest') }));
  if (session === undefined) throw new Error('no session');
  const { answers } = await send(other, { session, body: rpc('tools/list', {}, 8) });
  if (answers[0]?.status !== 200 || !answers[0].body.includes('"id":8'))
    throw new Error(`a session by way of another node got ${JSON.stringify(answers[0])}`);
  await send(owner, { session, method: 'DELETE' });
};

/** The clock and the boot of a node, as a peer with the secret learns them. */
export const proofOf = async (port: number, peer: string): Promise<Proof> => {
  const asked = { peer, nonce: `hostile-${asks++}` };
  const { answers } = await send(port, {
    method: 'GET',
    path: PROOF_PATH,
    headers: [`${CHALLENGE}: ${signChallenge(KEYS, asked)}`],
  });
  const text = answers[0]?.headers.find(([name]) => name.toLowerCase() === PROOF)?.[1];
  const proof = readProof(KEYS, text ?? '', asked);
  if (proof === undefined) throw new Error(`no proof: ${JSON.stringify(answers[0])}`);
  return proof;
};
let asks = 0;
