/**
 * What mooring promises with a Traefik: sessions stay, even while their node drains, and a dead node is reported as
 * such.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import {
  answeredBy,
  headersOf,
  INITIALIZED,
  initialize,
  ownerOf,
  reasonOf,
  whoami,
} from '../../simulate/fleet/messages.ts';
import { type Answer, Wire } from '../../simulate/fleet/wire.ts';

export type Finding = { readonly what: string; readonly good: number; readonly of: number };

type Client = { readonly wire: Wire; readonly session: string };

const [DRAINED, KILLED] = ['n1', 'n2'];
const COUNT = 20;
const ANSWER_MS = 20_000;
/** By then a health check of a local cluster has certainly noticed. */
const FAILOVER_MS = 30_000;
const POLL_MS = 250;

export async function* examine(cluster: Cluster): AsyncGenerator<Finding> {
  const plain = await openMany(cluster, false);
  const cookies = await openMany(cluster, true);
  const good = (answers: readonly boolean[]): number => answers.filter(Boolean).length;
  const finding = (what: string, answers: readonly boolean[]): Finding => ({
    what,
    good: good(answers),
    of: answers.length,
  });
  try {
    yield finding('pins by id', await Promise.all(plain.map(stays)));
    yield finding('pins by cookie', await Promise.all(cookies.map(staysByCookie)));
    await cluster.drain(DRAINED);
    const drained = ({ session }: Client): boolean => ownerOf(session) === DRAINED;
    yield finding('drain, by id', await Promise.all(plain.filter(drained).map(stays)));
    yield finding('drain, by cookie', await Promise.all(cookies.filter(drained).map(staysByCookie)));
    const newcomers = await openMany(cluster, false);
    yield finding(
      'drain, new ones elsewhere',
      newcomers.map((client) => !drained(client)),
    );
    for (const { wire } of newcomers) wire.drop();
    await cluster.undrain(DRAINED);
    await cluster.kill(KILLED);
    const orphans = plain.filter(({ session }) => ownerOf(session) === KILLED);
    yield finding('failover: 404 of another node', await Promise.all(orphans.map(isTold)));
    yield finding('and the others stay', await Promise.all(plain.filter((one) => !orphans.includes(one)).map(stays)));
  } finally {
    for (const { wire } of [...plain, ...cookies]) wire.drop();
  }
}

const openMany = (cluster: Cluster, cookies: boolean): Promise<readonly Client[]> =>
  Promise.all(Array.from({ length: COUNT }, () => openOne(cluster, cookies)));

const openOne = async ({ mcp }: Cluster, cookies: boolean): Promise<Client> => {
  const wire = new Wire(mcp, cookies);
  const { status, headers } = await post(wire, headersOf(), initialize('minors'));
  const session = headers['mcp-session-id'];
  if (typeof session !== 'string') throw new Error(`no session was opened: HTTP ${status}`);
  await post(wire, headersOf(session), INITIALIZED);
  return { wire, session };
};

const post = (wire: Wire, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> =>
  wire.ask({ method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER_MS) });

const stays = async ({ wire, session }: Client): Promise<boolean> => {
  wire.drop();
  const answer = await post(wire, headersOf(session), whoami(1));
  return answer.status === 200 && answeredBy(answer) === ownerOf(session);
};

/** An id that names no node: only the cookie leads to one. */
const staysByCookie = async ({ wire, session }: Client): Promise<boolean> =>
  answeredBy(await post(wire, headersOf('00000000-0000-4000-8000-000000000000'), whoami(1))) === ownerOf(session);

/** Until Traefik has noticed, the answer is a 502. */
const isTold = async ({ wire, session }: Client): Promise<boolean> => {
  const deadline = performance.now() + FAILOVER_MS;
  for (;;) {
    const answer = await post(wire, headersOf(session), whoami(1)).catch(() => undefined);
    if (answer?.status === 404) return reasonOf(answer.text).startsWith('owner-') && answeredBy(answer) !== KILLED;
    if (performance.now() > deadline) return false;
    await wait(POLL_MS);
  }
};
