/** Hostile use of the MCP protocol, and attempts to use other clients' sessions. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import { type Exchange, RawConnection } from '../../../../router/parity/raw-client.ts';
import type { Area, HostileCase, Rig } from '../area.ts';
import { type NodeProcess, startNodeProcess } from '../rigs/node-process.ts';
import { bytesOf, type HttpMessage, idOf, initialize, PATIENCE, rpc, send } from '../rigs/raw-mcp.ts';
import { REQUESTS } from './node-requests.ts';

type Nodes = Rig & { readonly node: NodeProcess; readonly secrets: Set<string> };

const MAX_SESSIONS = 60;

const open = async (): Promise<Nodes> => {
  const node = await startNodeProcess(['--name', 'n1', '--max-sessions', String(MAX_SESSIONS)]);
  const secrets = new Set<string>();
  const rig: Nodes = {
    ...{ node, secrets, watched: [node.watched] },
    honest: async () => {
      const session = await openSession(rig);
      const { answers } = await ask(rig, { session, body: rpc('tools/list') });
      if (answers[0]?.status !== 200) throw new Error(`a session of its own got ${JSON.stringify(answers[0])}`);
      await ask(rig, { method: 'DELETE', session });
    },
    closeIdle: async () => undefined,
    close: () => node.stop(),
  };
  return rig;
};

const ask = ({ node }: Nodes, asking: HttpMessage): Promise<Exchange> => send(node.port, asking);

const openSession = async (rig: Nodes): Promise<string> => {
  const seen = await ask(rig, { body: initialize() });
  const session = idOf(seen);
  if (session === undefined) throw new Error(`no session: ${JSON.stringify(seen.answers[0])}`);
  rig.secrets.add(session);
  await ask(rig, { session, body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) });
  return session;
};

/** Opens the stream of a session; returns its response head. */
const stream = async ({ node }: Nodes, session: string, headers: readonly string[] = []) => {
  const connection = await RawConnection.open(node.port);
  await connection.write(bytesOf({ method: 'GET', session, headers: ['Accept: text/event-stream', ...headers] }));
  await connection.until((text) => text.includes('\r\n\r\n'), PATIENCE);
  return { connection, status: connection.soFar().answers[0]?.status };
};

const PLAYS: readonly HostileCase<Nodes>[] = [
  {
    name: 'an id chosen by the client is not accepted',
    play: async (rig) => {
      const seen = await ask(rig, { body: initialize(), session: 'n1.00000000-0000-4000-8000-000000000000' });
      return idOf(seen) === 'n1.00000000-0000-4000-8000-000000000000';
    },
    expect: false,
  },
  {
    name: 'a second stream gets no events of the first',
    play: async (rig) => {
      const session = await openSession(rig);
      const [first, second] = [await stream(rig, session), await stream(rig, session)];
      const kept = !first.connection.closed;
      first.connection.close();
      second.connection.close();
      await ask(rig, { method: 'DELETE', session });
      return [first.status, second.status, kept];
    },
    expect: [200, 409, true],
  },
  {
    name: 'Last-Event-ID of other sessions, forged or huge: no event of another session',
    play: async (rig) => {
      const [mine, theirs] = [await openSession(rig), await openSession(rig)];
      const statuses: (number | undefined)[] = [];
      for (const id of [
        `${theirs}_1`,
        theirs,
        '0',
        '-1',
        '9'.repeat(400),
        'x'.repeat(8_000),
        '__proto__',
        '../1',
        '%00',
      ]) {
        const { connection, status } = await stream(rig, mine, [`Last-Event-ID: ${id}`]);
        if (connection.soFar().answers[0]?.body.includes(theirs)) statuses.push(-1);
        statuses.push(status);
        connection.close();
      }
      for (const session of [mine, theirs]) await ask(rig, { method: 'DELETE', session });
      return statuses.every((status) => status === 200 || (status !== undefined && status >= 400 && status < 500));
    },
    expect: true,
  },
  {
    name: 'two sessions with the same request ids, 400 concurrent calls: every answer goes to the right one',
    play: async (rig, tally) => {
      const sessions = [await openSession(rig), await openSession(rig)];
      tally.faults = 400;
      const seen = await Promise.all(
        Array.from({ length: 400 }, async (_, i) => {
          const { answers } = await ask(rig, {
            session: sessions[i % 2]!,
            body: rpc('tools/call', { name: 'whoami' }, i >> 1),
          });
          return (
            answers[0]?.status === 200 &&
            answers[0].body.includes(`"id":${i >> 1}`) &&
            answers[0].body.includes(sessions[i % 2]!)
          );
        }),
      );
      tally.crossed += seen.filter((one) => !one).length;
      for (const session of sessions) await ask(rig, { method: 'DELETE', session });
      return tally.crossed;
    },
    expect: 0,
  },
  {
    name: 'sessions opened beyond the limit, and closed again',
    play: async (rig, tally) => {
      tally.faults = 300;
      const all = await Promise.all(Array.from({ length: 300 }, () => ask(rig, { body: initialize() })));
      const ids = all.flatMap((one) => idOf(one) ?? []);
      const others = new Set(all.filter((one) => idOf(one) === undefined).map(({ answers }) => answers[0]?.status));
      for (const session of ids) rig.secrets.add(session);
      await Promise.all(ids.map((session) => ask(rig, { method: 'DELETE', session })));
      return [ids.length <= MAX_SESSIONS, new Set(ids).size === ids.length, [...others]];
    },
    expect: [true, true, [503]],
  },
  {
    name: '300 sessions opened and abandoned',
    play: async (rig, tally) => {
      tally.faults = 300;
      // Sessions with known ids are closed here. The others must end on their own.
      const ids: string[] = [];
      const collectIds = (text: string): boolean => {
        if (!text.includes('\r\n\r\n')) return false;
        ids.push(...(/^mcp-session-id: (\S{1,100})\r$/im.exec(text)?.slice(1) ?? []));
        return true;
      };
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          Array.from({ length: 30 }, async (_, i) => {
            const connection = await RawConnection.open(rig.node.port);
            await connection.write(bytesOf({ body: initialize() }));
            if (i % 2 === 0) await connection.until(collectIds, PATIENCE);
            connection.reset();
          }),
        );
      }
      await Promise.all(ids.map((session) => ask(rig, { method: 'DELETE', session })));
      return untilRoom(rig);
    },
    expect: true,
  },
  {
    name: "the node's output contains no complete session id",
    play: async ({ node, secrets }) => {
      const printed = node.printed();
      return [...secrets].filter((session) => printed.includes(session)).length;
    },
    expect: 0,
  },
];

/** Sessions of clients that never got the id must end on their own. */
const untilRoom = async (rig: Nodes): Promise<boolean> => {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await wait(200)) {
    const seen = await ask(rig, { body: initialize() });
    const session = idOf(seen);
    if (session === undefined) continue;
    await ask(rig, { method: 'DELETE', session });
    return true;
  }
  return false;
};

const ROWS = REQUESTS.map(
  ({ name, expect, ...sent }): HostileCase<Nodes> => ({
    name,
    play: async (rig, tally): Promise<Pattern> => {
      const session = sent.within === undefined ? undefined : await openSession(rig);
      const { answers } = await ask(rig, { ...sent, ...(session && { session }) });
      if (session) await ask(rig, { method: 'DELETE', session });
      tally.saw = String(answers[0]?.status ?? 'no answer');
      return tally.saw;
    },
    expect,
  }),
);

export const nodes: Area<Nodes> = { name: 'nodes', subjects: ['router'], open, cases: () => [...ROWS, ...PLAYS] };
