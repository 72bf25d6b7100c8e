/** A node with an active session, and a Redis that answers as the test says. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawConnection } from '../../../../router/parity/raw-client.ts';
import { freePorts } from '../../../../shared/free-ports.ts';
import type { Rig } from '../area.ts';
import { LyingRedis } from './lying-redis.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { bytesOf, idOf, initialize, PATIENCE, rpc, send } from './raw-mcp.ts';

/** A valid mark for this node. */
export type Mark = Readonly<Record<string, unknown>>;

export type MarkedNode = Rig & {
  readonly node: NodeProcess;
  readonly redis: LyingRedis;
  readonly redisUrl: string;
  readonly url: string;
  readonly boot: string;
  readonly file: string;
  readonly topology: string;
};
export const startMarkedNode = async (): Promise<MarkedNode> => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-marks-'));
  const redis = new LyingRedis();
  const redisUrl = `redis://127.0.0.1:${await redis.listen()}`;
  const [port, other] = (await freePorts(2)) as [number, number];
  const urls = [port, other].map((one) => `http://127.0.0.1:${one}`) as [string, string];
  const node = await startNodeProcess(['--name', 'n1', '--port', `${port}`, '--url', urls[0], '--redis', redisUrl]);
  const nodes = urls.map((url, i) => ({ id: `n${i + 1}`, url }));
  const topology = JSON.stringify({ nodes, entryPoints: { web: { address: ':80' } }, registry: redisUrl });
  const { boot } = await healthOf(port);
  const session = idOf(await send(port, { body: initialize('alive') }));
  if (session === undefined) throw new Error('no session');
  // With an open stream, so that no drain considers it idle. The report of open resources closes a node's connections.
  let stream: RawConnection | undefined;
  const listen = async (): Promise<void> => {
    stream = await RawConnection.open(port);
    await stream.write(bytesOf({ method: 'GET', session, headers: ['Accept: text/event-stream'] }));
    await stream.until((text) => text.includes('\r\n\r\n'), PATIENCE);
  };
  let calls = 100;
  return {
    ...{
      node,
      redis,
      redisUrl,
      url: urls[0],
      boot,
      file: join(folder, 'mine.yaml'),
      topology,
      watched: [node.watched],
    },
    honest: async () => {
      if (stream?.closed !== false) await listen();
      const { answers } = await send(port, { session, body: rpc('tools/list', {}, calls++) });
      if (answers[0]?.status !== 200 || stream?.soFar().answers[0]?.status !== 200)
        throw new Error(`a live session got ${JSON.stringify(answers[0]).slice(0, 200)}`);
    },
    closeIdle: async () => undefined,
    close: async () => {
      stream?.close();
      await node.stop();
      await redis.close();
      await rm(folder, { recursive: true });
    },
  };
};

export const healthOf = async (
  port: number,
): Promise<{ readonly boot: string; readonly drain: string; readonly registry: string }> =>
  JSON.parse((await send(port, { method: 'GET', path: '/healthz' })).answers[0]?.body ?? '{}');

export const KEY = 'mcp:drain:n1';
export const rightMark = ({ url, boot }: MarkedNode): Mark => ({
  ...{ id: 'hostile', boot, url, since: 1, by: 'hostile', settleMs: 60_000, marginMs: 0, lifted: false },
});
