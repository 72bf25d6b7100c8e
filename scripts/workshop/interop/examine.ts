import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ClientProgram } from './clients.ts';
import { type Answer, type DrivenClient, startClient } from './driven-client.ts';

export type Finding = { readonly what: string; readonly good: number; readonly of: number; readonly error?: string };

const CALLS = 20;

/**
 * Tests a client program on a cluster: does it keep its session or handle, also through a drain, and does it recover?
 */
export async function* examine(program: ClientProgram, cluster: Cluster): AsyncGenerator<Finding> {
  if (program.kind === 'one-call') return yield await sessionsOfOneCall(program, cluster);
  const client = startClient(program.command(cluster.mcp));
  try {
    const opened = await client.ask('open');
    const first = await client.ask('call');
    if (!opened.ok || first.node === undefined) return yield finding('opens a session', [opened, first], 2);
    yield await stays(`stays at its node`, client, first);
    await cluster.drain(first.node);
    yield await stays('stays at a node that drains', client, first);
    await cluster.undrain(first.node);
    await cluster.kill(first.node);
    yield await comesBack(client, first.node);
    await cluster.start(first.node);
  } finally {
    await client.end();
  }
}

const stays = async (what: string, client: DrivenClient, first: Answer): Promise<Finding> => {
  const answers: Answer[] = [];
  for (let i = 0; i < CALLS; i++) answers.push(await client.ask('call'));
  return finding(
    what,
    answers.map((answer) => (answer.session === first.session ? answer : { ...answer, ok: false })),
    CALLS,
  );
};

/** Until the next health check the dead node may still be chosen, and answers 502. */
const ATTEMPTS = 40;
const PAUSE_MS = 250;

/** The old session must fail, not hang; a new one must work on another node. */
const comesBack = async (client: DrivenClient, dead: string): Promise<Finding> => {
  const lost = await client.ask('call');
  if (lost.ok) return finding('notices that its node died', [{ ok: false, error: 'its call went through' }], 1);
  let again = lost;
  for (let i = 0; i < ATTEMPTS && !again.ok; i++) {
    await wait(PAUSE_MS);
    await client.ask('close');
    await client.ask('open');
    again = await client.ask('call');
  }
  const elsewhere = { ...again, ok: again.ok && again.node !== dead };
  return finding('is back on another node after its own died', [elsewhere], 1);
};

const sessionsOfOneCall = async ({ command }: ClientProgram, cluster: Cluster): Promise<Finding> => {
  const [file, ...args] = command(cluster.mcp);
  const answers: Answer[] = [];
  for (let i = 0; i < CALLS / 4; i++)
    answers.push(
      await promisify(execFile)(file!, args, { timeout: 30_000 }).then(
        ({ stdout }): Answer => ({ ok: stdout.includes('"count\\":1') || stdout.includes('"count":1') }),
        (error: Error): Answer => ({ ok: false, error: error.message }),
      ),
    );
  return finding('opens a session and calls', answers, CALLS / 4);
};

const finding = (what: string, answers: readonly Answer[], of: number): Finding => {
  const bad = answers.find(({ ok }) => !ok);
  return {
    what,
    good: answers.filter(({ ok }) => ok).length,
    of,
    ...(bad && { error: bad.error ?? `answered by ${bad.node ?? 'nobody'} for another session` }),
  };
};
