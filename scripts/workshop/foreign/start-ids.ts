import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../shared/free-ports.ts';
import { clientUrl, internalUrl } from '../../cluster/addresses.ts';
import { awaitAnswer } from '../../cluster/await-answer.ts';
import { ClusterFiles } from '../../cluster/cluster-files.ts';
import { localTopology, withInternals } from '../../cluster/local-topology.ts';
import { startOwnedProcess } from '../../cluster/owned-process.ts';
import { startRouterProxy } from '../../cluster/router-proxy.ts';
import { startTraefikProxy } from '../../cluster/traefik-proxy.ts';

type Options = { readonly command: readonly [string, ...string[]]; readonly proxy: 'router' | 'traefik' };
export type Deployment = { readonly mcp: string; close(): Promise<void> };

/**
 * Servers that put their node's name in session ids, with only the generated files in front of them. NODE is that name.
 */
export const startWithIds = async ({ command: [program, ...args], proxy }: Options): Promise<Deployment> => {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const [first, internal, ...nodes] = await freePorts(5);
    const ports = { proxy: first!, internal: internal!, nodes };
    const topology = withInternals(localTopology({ proxy }, ports), { proxy }, ports);
    for (const { id, url } of topology.nodes) {
      const env = { ...process.env, NODE: id, HOST: '127.0.0.1', PORT: new URL(url).port };
      const server = await startOwnedProcess({ command: program, args, env, onLine: () => undefined });
      closers.push(() => {
        server.signalAll('SIGKILL');
        return server.ended;
      });
      const signal = AbortSignal.timeout(START_MS);
      await awaitAnswer({ url, signal, lastLine: () => undefined, onWaiting: () => undefined });
    }
    const folder = await mkdtemp(join(tmpdir(), 'mooring-ids-'));
    closers.push(() => rm(folder, { recursive: true }));
    const { staticFile } = await ClusterFiles.create(folder, topology, { api: proxy === 'traefik' });
    const options = { staticFile, onLine: () => undefined };
    const running = await (proxy === 'router'
      ? startRouterProxy(options)
      : startTraefikProxy(options, internalUrl(topology)));
    closers.push(() => running.close());
    return { mcp: `${clientUrl(topology)}${topology.prefix}`, close };
  } catch (error) {
    await close();
    throw error;
  }
};

const START_MS = 60_000;
