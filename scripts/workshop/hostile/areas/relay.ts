/** Nodes that pass misroutes on: forged and replayed marks, wrong registry entries, malicious peers. */
import type { Pattern } from '../../../../router/parity/pattern.ts';
import type { Area, HostileCase, Tally } from '../area.ts';
import { type HttpMessage, idOf, initialize, rpc, send, statusOf } from '../rigs/raw-mcp.ts';
import { PROVERS, proofOf, type RelayNodes, recordOf, startRelayNodes, UUID } from '../rigs/relay-nodes.ts';
import { CALL_LIES, PROOF_LIES } from './peer-lies.ts';
import { BEATS, FROM_OUTSIDE, MARKS, MISSING, RECORDS, signed } from './relay-lies.ts';

type Case = HostileCase<RelayNodes>;

/** A peer has two seconds for its proof, and is challenged again. */
const ENOUGH_MS = 60_000;

const openAt = async (port: number): Promise<string> => {
  const session = idOf(await send(port, { body: initialize() }));
  if (session === undefined) throw new Error('no session');
  return session;
};
const within = async (port: number, play: (session: string) => Promise<Pattern>): Promise<Pattern> => {
  const session = await openAt(port);
  const seen = await play(session);
  const { answers } = await send(port, { session, body: rpc('ping', {}, 9) });
  await send(port, { session, method: 'DELETE' });
  if (answers[0]?.status !== 200) throw new Error(`the session itself got ${JSON.stringify(answers[0])}`);
  return seen;
};
const told = (tally: Tally, seen: string): string => {
  tally.saw = seen;
  return seen;
};

const marks = MARKS.map(
  ({ name, headers, expect }): Case => ({
    name: `a mark ${name}`,
    play: ({ n1 }, tally) =>
      within(n1.port, async (session) => {
        const right = { method: 'POST', path: '/mcp', session, ...(await proofOf(n1.port, 'n1')) };
        const message: HttpMessage = { session, headers: headers(right), body: rpc('tools/list', {}, 8) };
        return told(tally, statusOf(await send(n1.port, message)));
      }),
    expect,
  }),
);

const outside = FROM_OUTSIDE.map(
  ({ name, headers, expect }): Case => ({
    name: `from outside: ${name}`,
    play: async ({ n1, n2 }, tally) =>
      within(n2.port, async (session) =>
        told(tally, statusOf(await send(n1.port, { session, headers, body: rpc('tools/list', {}, 8) }))),
      ),
    expect,
  }),
);

const floods: readonly Case[] = [
  {
    name: 'one mark 100 times at once: it is valid once',
    play: ({ n1 }, tally) =>
      within(n1.port, async (session) => {
        tally.faults = 100;
        const right = { method: 'POST', path: '/mcp', session, ...(await proofOf(n1.port, 'n1')) };
        const headers = signed(right);
        const message = (id: number): HttpMessage => ({ session, headers, body: rpc('tools/list', {}, 100 + id) });
        const seen = await Promise.all(Array.from({ length: 100 }, (_, id) => send(n1.port, message(id))));
        return seen.filter((one) => statusOf(one) !== '403').map(statusOf);
      }),
    expect: ['200'],
  },
  {
    name: '1,000 different forged marks',
    play: ({ n1 }, tally) =>
      within(n1.port, async (session) => {
        tally.faults = 1_000;
        const seen = new Set<string>();
        for (let round = 0; round < 20; round++)
          await Promise.all(
            Array.from({ length: 50 }, async (_, i) => {
              const headers = [`X-Mooring-Relay: n2 ${round} nonce-${round}-${i} ${'m'.repeat(43)}`];
              seen.add(statusOf(await send(n1.port, { session, headers, body: rpc('tools/list', {}, 8) })));
            }),
          );
        return [...seen];
      }),
    expect: ['403'],
  },
];

/** What the client gets, and how many requests the stranger got. Afterwards the nodes are unchanged. */
const records = [...RECORDS, ...BEATS].map(
  ({ name, keys, session, expect }): Case => ({
    name: `a wrong registry: ${name}`,
    play: async ({ n1, n2, registry, stranger, honest }, tally) => {
      stranger.heard.splice(0);
      const mine = await openAt(n2.port);
      const written = keys({ stranger: stranger.url, self: `http://127.0.0.1:${n1.port}`, mine });
      for (const [key, value] of written) await registry.set(key, value);
      const asked = session === 'mine' ? mine : session;
      const seen = statusOf(await send(n1.port, { session: asked, body: rpc('tools/list', {}, 8) }, ENOUGH_MS));
      const direct = statusOf(await send(n2.port, { session: mine, body: rpc('tools/list', {}, 9) }));
      await send(n2.port, { session: mine, method: 'DELETE' });
      await registry.delete(...written.map(([key]) => key).filter((key) => !key.endsWith(':n2')));
      await untilHonest(honest);
      return { seen: told(tally, seen), direct, heard: stranger.heard.length };
    },
    expect: { seen: expect, direct: '200', heard: 0 },
  }),
);

/** A node rewrites its heartbeat within a few seconds. */
const untilHonest = async (honest: () => Promise<void>): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      return await honest();
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

const ofPeer = (node: string, message: HttpMessage = {}): HttpMessage => ({
  session: `${node}.${UUID}`,
  body: rpc('tools/list', {}, 8),
  ...message,
});

const proofs = PROOF_LIES.map(
  ({ name, send: proving, answer, ends, expect = MISSING }, i): Case => ({
    name: `a peer's proof: ${name}`,
    play: async ({ n1, prover, proofs: all }, tally) => {
      const lie = answer !== undefined && { lie: prover.prepare({ name, answer, ...(ends && { ends }) }) };
      all.set(PROVERS[i] as string, { ...lie, ...(proving && { send: proving }) });
      return told(tally, statusOf(await send(n1.port, ofPeer(PROVERS[i] as string), ENOUGH_MS)));
    },
    expect,
  }),
);

const calls = CALL_LIES.map(
  ({ name, expect, waits = ENOUGH_MS, ...lie }): Case => ({
    name: `a peer's answer: ${name}`,
    play: async ({ n1, liar }, tally) => {
      const asking = ofPeer('n3', { headers: [`X-Lie: ${liar.prepare({ name, ...lie })}`] });
      return told(tally, statusOf(await send(n1.port, asking, waits)));
    },
    expect,
  }),
);

const places: readonly Case[] = (
  [
    ['a stranger who listens at the address of a node', 'n4'],
    ['the node itself, by another name', 'n5'],
    ['another node, by another name: no loop', 'n6'],
    ['nobody', 'n7'],
    ['a node of no topology', 'n9'],
  ] as const
).map(([what, node]) => ({
  name: `a session with a record at ${what}`,
  play: async ({ n1, n2, registry, stranger }, tally) => {
    stranger.heard.splice(0);
    await registry.set(`mcp:session:${node}.${UUID}`, recordOf(node));
    const headers = ['Authorization: Bearer secret', 'Cookie: sid=secret'];
    const seen: string[] = [];
    for (const { port } of [n1, n2])
      for (const method of ['POST', 'GET', 'DELETE'])
        seen.push(statusOf(await send(port, { ...ofPeer(node, { headers }), method }, ENOUGH_MS)));
    told(tally, seen.join(' '));
    return { seen: seen.every((one) => MISSING.test(one)), leaked: stranger.heard.join().includes('secret') };
  },
  expect: { seen: true, leaked: false },
}));

export const relay: Area<RelayNodes> = {
  name: 'relay',
  subjects: ['router'],
  open: startRelayNodes,
  cases: () => [...marks, ...outside, ...floods, ...records, ...proofs, ...calls, ...places],
};
