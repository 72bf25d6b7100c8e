/**
 * Foreign data in Redis, and a Redis that answers wrongly: live sessions continue, and the commands report what they
 * see.
 */
import { writeFile } from 'node:fs/promises';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import { RawConnection } from '../../../../router/parity/raw-client.ts';
import type { Command } from '../../../cli/command.ts';
import { command as doctor } from '../../../doctor/command.ts';
import { command as drain } from '../../../drain/command.ts';
import { runCommand } from '../../../explain/test-run.ts';
import { command as sessions } from '../../../sessions/command.ts';
import type { Area, HostileCase } from '../area.ts';
import { healthOf, KEY, type Mark, type MarkedNode, rightMark, startMarkedNode } from '../rigs/marked-node.ts';
import { bytesOf, PATIENCE } from '../rigs/raw-mcp.ts';
import { calling } from '../rigs/raw-state.ts';
import { MARKS, RECORDS, REDIS_LIES, UUID } from './mark-lies.ts';

type Case = HostileCase<MarkedNode>;

/** Lifts any drain. */
const lift = async (rig: MarkedNode, id: unknown = 'hostile'): Promise<void> => {
  rig.redis.run('SET', KEY, JSON.stringify({ ...rightMark(rig), id, lifted: true }));
  await until(rig, 'open');
  rig.redis.run('DEL', KEY);
};

/** The node reports what it has read a moment later. */
const until = async (rig: MarkedNode, phase: string): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    await rig.redis.beat();
    if ((await healthOf(rig.node.port)).drain === phase) return;
  }
  throw new Error(`the node does not become ${phase}`);
};

const writtenMarks = MARKS.map(
  ({ name, value, expect }): Case => ({
    name: `a mark ${name}`,
    play: async (rig, tally): Promise<Pattern> => {
      rig.redis.run('SET', KEY, value(rightMark(rig)));
      // Twice: the second one reports what the first one read.
      for (let beats = 0; beats < 2; beats++) await rig.redis.beat();
      tally.saw = (await healthOf(rig.node.port)).drain;
      rig.redis.run('DEL', KEY);
      if (tally.saw === 'open') return 'open';
      await rig.honest();
      await lift(rig);
      return tally.saw;
    },
    expect,
  }),
);

const changing: readonly Case[] = [
  {
    name: 'a mark that comes and goes 1,000 times',
    play: async (rig, tally) => {
      tally.faults = 1_000;
      let lifted = false;
      rig.redis.lie(([name = '', key]) => {
        if (!/^get$/i.test(name) || key !== KEY) return undefined;
        lifted = !lifted;
        const text = JSON.stringify({ ...rightMark(rig), lifted });
        return `$${text.length}\r\n${text}\r\n`;
      });
      for (let beat = 0; beat < 40; beat++) {
        for (let i = 0; i < 25; i++)
          rig.redis.run('SET', KEY, JSON.stringify({ ...rightMark(rig), id: `${beat}-${i}` }));
        await rig.redis.beat();
        if (beat % 10 === 0) await rig.honest();
      }
      rig.redis.lie();
      await lift(rig);
      return (await healthOf(rig.node.port)).drain;
    },
    expect: 'open',
  },
  {
    name: 'two marks at the same time: lifting one does not lift the other',
    play: async (rig) => {
      const write = async (fields: Mark): Promise<string> => {
        rig.redis.run('SET', KEY, JSON.stringify({ ...rightMark(rig), ...fields }));
        for (let beats = 0; beats < 2; beats++) await rig.redis.beat();
        return (await healthOf(rig.node.port)).drain;
      };
      const seen = [await write({ id: 'one' }), await write({ id: 'two' }), await write({ id: 'one', lifted: true })];
      await lift(rig, 'two');
      return [...seen, (await healthOf(rig.node.port)).drain];
    },
    expect: ['settling', 'settling', 'settling', 'open'],
  },
  {
    name: 'invalid events, and one that is nested 20,000 deep, to a subscriber',
    play: async ({ node, redis }, tally) => {
      const stream = await RawConnection.open(node.port);
      const filter = { toolsListChanged: true, taskIds: ['t'] };
      await stream.write(bytesOf(calling('subscriptions/listen', { params: { notifications: filter } })));
      await stream.until((text) => text.includes('acknowledged'), PATIENCE);
      while (redis.listeners === 0) await new Promise(setImmediate);
      const task = (result: string): string =>
        `{"boot":"b","event":{"kind":"task","task":{"taskId":"t","result":${result}}}}`;
      const texts = [
        '',
        'null',
        '[',
        '{"boot":"b","event":{"kind":"__proto__"}}',
        '\xff',
        task('1e400'),
        task(DEEP),
        task('"'.padEnd(70_000, 'x')),
      ];
      tally.faults = texts.length;
      for (const text of texts) redis.publish(text);
      redis.publish('{"boot":"b","event":{"kind":"tools"}}');
      const goesOn = await stream.until((text) => text.includes('tools/list_changed'), PATIENCE);
      stream.close();
      return goesOn;
    },
    expect: true,
  },
];
const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);

const lies = REDIS_LIES.map(
  ({ name, lie }): Case => ({
    name: `Redis answers ${name}`,
    play: async (rig, tally): Promise<Pattern> => {
      rig.redis.lie(lie);
      await rig.redis.beat().catch(() => undefined);
      await rig.honest();
      const told = await tell(sessions, ['--redis', rig.redisUrl, '--json']);
      tally.saw = (await healthOf(rig.node.port)).registry;
      rig.redis.lie();
      await until(rig, 'open');
      return told;
    },
    expect: /^[01]$/,
  }),
);

/** Its exit code; throws if it crashes, or prints terminal control sequences. */
const tell = async (command: Command, args: readonly string[]): Promise<string> => {
  const { code, out, err } = await runCommand(command, args);
  if (/\bat .*\.ts:\d+|Error:/.test(out + err)) throw new Error(out + err);
  return String(code);
};

const records = RECORDS.map(
  ({ name, ...values }): Case => ({
    name: `the commands see ${name}`,
    play: async (rig, tally): Promise<Pattern> => {
      const id = `x1.${UUID}`;
      if (values.node !== undefined) rig.redis.run('SET', 'mcp:node:x1', values.node);
      if (values.session !== undefined) rig.redis.run('SET', `mcp:session:${id}`, values.session);
      const redis = ['--redis', rig.redisUrl];
      const asked = [redis, [...redis, '--json'], ['why', id, ...redis], ['why', id, ...redis, '--json']];
      tally.faults = asked.length;
      const codes: string[] = [];
      for (const args of asked) codes.push(await tell(sessions, args));
      rig.redis.run('DEL', 'mcp:node:x1', `mcp:session:${id}`);
      tally.saw = codes.join(' ');
      return codes;
    },
    expect: [/^[01]$/, /^[01]$/, /^[01]$/, /^[01]$/],
  }),
);

const OTHER = JSON.stringify({ boot: 'b', url: 'http://127.0.0.1:1', sessions: 0, draining: false, refusing: false });
const deployments: readonly Case[] = [
  {
    name: "a drain that finds another drain's mark, an invalid heartbeat, and a session without a date",
    play: async (rig) => {
      await writeFile(rig.file, rig.topology);
      rig.redis.run('SET', 'mcp:node:n2', OTHER);
      rig.redis.run('SET', KEY, JSON.stringify({ ...rightMark(rig), by: '\u001b[2J', id: 'somebody' }));
      rig.redis.run('SET', `mcp:session:n1.${UUID}`, JSON.stringify({ node: 'n1', boot: 'b', created: 1e300 }));
      const told = await tell(drain, ['n1', '--topology', rig.file, '--timeout', '1s', '--settle', '0s']);
      rig.redis.run('DEL', 'mcp:node:n2', `mcp:session:n1.${UUID}`);
      return told;
    },
    expect: /^[01]$/,
  },
  {
    name: 'doctor, with a node in a drain that nobody began',
    play: async (rig) => {
      await writeFile(rig.file, rig.topology);
      const told = await tell(doctor, [rig.url, '--topology', rig.file, '--calls', '2', '--idle', '0']);
      return told;
    },
    expect: '1',
  },
];

export const marks: Area<MarkedNode> = {
  name: 'marks',
  subjects: ['router'],
  open: startMarkedNode,
  cases: () => [...writtenMarks, ...changing, ...lies, ...records, ...deployments],
};
