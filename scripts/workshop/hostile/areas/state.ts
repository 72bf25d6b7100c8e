/**
 * Attacks on state without sessions: other callers' or forged handles, tasks, sealed state and streams; floods of them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { MAX_SLIPS } from '../../../../node/test-careful-server.ts';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import { RawConnection } from '../../../../router/parity/raw-client.ts';
import type { Area, HostileCase } from '../area.ts';
import { bytesOf, type HttpMessage, PATIENCE } from '../rigs/raw-mcp.ts';
import { calling, outcomeOf, REFUSED, useTool } from '../rigs/raw-state.ts';
import {
  ask,
  begin,
  end,
  openDrawer,
  openTask,
  type StateNodes,
  served,
  startStateNodes,
} from '../rigs/state-nodes.ts';
import { goOn, HEADERS, IDS, LISTENING, listen, SEALED } from './state-requests.ts';

type Case = HostileCase<StateNodes>;

const ids = IDS.map(
  ({ name, ask: asking, expect }): Case => ({
    name,
    play: async ({ port }, tally): Promise<Pattern> => {
      const owned = await begin(port);
      const asked = asking(owned);
      tally.faults = asked.length;
      const got: string[] = [];
      for (const [what, message] of asked) {
        const seen = outcomeOf(await ask(port, message));
        if (!REFUSED.test(seen)) got.push(`${what}: ${seen}`);
      }
      await end(port, owned);
      return got;
    },
    expect,
  }),
);

const headers = HEADERS.map(
  ({ name, ask: asking, expect }): Case => ({
    name,
    play: async ({ port }, tally): Promise<Pattern> => {
      const owned = await begin(port);
      tally.saw = outcomeOf(await ask(port, asking(owned)));
      await end(port, owned);
      return tally.saw;
    },
    expect,
  }),
);

const sealed = SEALED.map(
  ({ name, ask: asking, expect }): Case => ({
    name,
    play: async ({ port }, tally): Promise<Pattern> => {
      const { requestState } = await served(port, useTool('delete', { file: 'a' }));
      tally.saw = outcomeOf(await ask(port, asking(requestState)));
      return tally.saw;
    },
    expect,
  }),
);

/** Reads until the stream is acknowledged, or the answer is complete. */
const listenTo = async (port: number, message: HttpMessage) => {
  const connection = await RawConnection.open(port);
  await connection.write(bytesOf(message));
  const seen = () => connection.soFar().answers[0];
  await connection.until((text) => text.includes(ACKNOWLEDGED) || seen()?.complete === true, PATIENCE);
  return connection;
};
const ACKNOWLEDGED = 'subscriptions/acknowledged';

const listening = LISTENING.map(
  ({ name, ask: message, expect }): Case => ({
    name,
    play: async ({ port }, tally): Promise<Pattern> => {
      const connection = await listenTo(port, message);
      const seen = connection.soFar();
      connection.close();
      tally.saw = seen.answers[0]?.body.includes(ACKNOWLEDGED) ? 'heard' : outcomeOf(seen);
      return tally.saw;
    },
    expect,
  }),
);

const update = (taskId: string, inputResponses: unknown): HttpMessage =>
  calling('tasks/update', { params: { taskId, inputResponses } });
const WRONG: readonly unknown[] = [{}, { other: 1 }, JSON.parse('{"__proto__":{"word":1}}'), { constructor: 1 }];

const floods: readonly Case[] = [
  {
    name: 'a task gets 400 answers to other questions, then 50 to its own: it takes one',
    play: async ({ port }, tally) => {
      tally.faults = 450;
      const task = await openTask(port);
      await Promise.all(Array.from({ length: 400 }, (_, i) => ask(port, update(task, WRONG[i % WRONG.length]))));
      const { status } = await served(port, calling('tasks/get', { params: { taskId: task } }));
      await Promise.all(Array.from({ length: 50 }, (_, i) => ask(port, update(task, { word: { action: `${i}` } }))));
      const over = await served(port, calling('tasks/get', { params: { taskId: task } }));
      return { before: status, after: over.status, text: over.result.content[0].text };
    },
    expect: { before: 'input_required', after: 'completed', text: /^\{"action":"\d+"\}$/ },
  },
  {
    name: 'handles opened beyond the limit, and abandoned: there is room once they expire',
    play: async ({ one }, tally) => {
      tally.faults = 3 * MAX_SLIPS;
      const asked = Array.from({ length: tally.faults }, () => ask(one.port, useTool('open_slip')));
      const seen = new Set((await Promise.all(asked)).map(outcomeOf));
      const others = [...seen].filter((one) => one !== 'served complete' && one !== '200 isError');
      for (let tries = 0; tries < 300; tries++, await wait(200)) {
        if (outcomeOf(await ask(one.port, useTool('open_slip'))).startsWith('served')) return { room: true, others };
      }
      return { room: false, others };
    },
    expect: { room: true, others: [] },
  },
  {
    name: '200 streams of changes opened and abandoned',
    play: async ({ port }, tally) => {
      tally.faults = 200;
      for (let round = 0; round < 10; round++)
        await Promise.all(
          Array.from({ length: 20 }, async (_, i) => {
            const filter = { toolsListChanged: true, resourceSubscriptions: [`a:${i}`.padEnd(50_000, 'x')] };
            if (i % 2 === 0) return (await listenTo(port, listen(filter))).reset();
            const connection = await RawConnection.open(port);
            await connection.write(bytesOf(listen(filter)));
            connection.reset();
          }),
        );
      return true;
    },
    expect: true,
  },
];

const others: readonly Case[] = [
  {
    name: "a subscriber to another caller's task gets only its own",
    play: async ({ one: { port } }) => {
      const [hers, his] = [await openTask(port), await openTask(port, 'bob')];
      const direct = { params: { notifications: { taskIds: [hers, his] } }, user: 'bob' };
      const connection = await listenTo(port, calling('subscriptions/listen', direct));
      await served(port, calling('tasks/cancel', { params: { taskId: hers } }));
      await served(port, calling('tasks/cancel', { params: { taskId: his }, user: 'bob' }));
      const isTold = await connection.until((text) => text.includes('notifications/tasks'), PATIENCE);
      const heard = (connection.soFar().answers[0]?.body ?? '').match(/"taskId":"[^"]+"/g) ?? [];
      connection.close();
      return { isTold, heard: heard.map((one) => one.includes(his)) };
    },
    expect: { isTold: true, heard: [true] },
  },
  {
    name: 'state sealed before a key change: only nodes with the old key accept it',
    play: async ({ one, two, other }) => {
      const { requestState } = await served(other.port, useTool('delete', { file: 'a' }));
      return [outcomeOf(await ask(one.port, goOn(requestState))), outcomeOf(await ask(two.port, goOn(requestState)))];
    },
    expect: ['served complete', REFUSED],
  },
  {
    name: 'a handle and a task of another deployment with a node of the same name',
    play: async ({ one, two, other }) => {
      const [drawer, taskId] = [await openDrawer(other.port), await openTask(other.port)];
      const asked = [useTool('use_drawer', { drawer }), calling('tasks/get', { params: { taskId } })];
      const seen = [one, two].flatMap(({ port }) => asked.map(async (one) => outcomeOf(await ask(port, one))));
      return [...(await Promise.all(seen))];
    },
    expect: [REFUSED, REFUSED, REFUSED, REFUSED],
  },
  {
    name: "the nodes' output contains no complete handle or task id",
    play: async ({ port, watched }) => {
      const owned = await begin(port);
      for (const drawer of [owned.drawer, owned.drawer.replace(/^n\d/, 'n3')])
        await ask(port, useTool('use_drawer', { drawer }, { user: 'bob' }));
      await ask(port, calling('tasks/get', { params: { taskId: owned.task }, user: 'bob' }));
      await end(port, owned);
      const secrets = [owned.drawer, owned.task].map((id) => id.slice(3));
      return secrets.filter((secret) => watched.some(({ printed }) => printed().includes(secret))).length;
    },
    expect: 0,
  },
];

export const state: Area<StateNodes> = {
  name: 'state',
  subjects: ['router', 'traefik'],
  open: startStateNodes,
  cases: () => [...ids, ...headers, ...sealed, ...listening, ...others, ...floods],
};
