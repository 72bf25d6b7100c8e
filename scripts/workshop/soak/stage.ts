/**
 * The deployment of a soak: a real Redis behind faulty connections, nodes, two real Traefiks and the router, each a
 * process.
 */
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../../shared/free-ports.ts';
import { commandOf } from '../../../shared/program.ts';
import { type Topology, topologySchema } from '../../../shared/topology/topology.ts';
import { generateFiles } from '../../../shared/traefik/generate-files.ts';
import { TRAEFIK_VERSION } from '../../../shared/traefik/minors.ts';
import { findTraefik } from '../../../shared/traefik-binary.ts';
import { ClusterFolder } from '../../cluster/cluster-folder.ts';
import { KeptProcess } from '../../cluster/kept-process.ts';
import { nodeArguments } from '../../cluster/node-arguments.ts';
import { NodeProgram } from '../../cluster/node-program.ts';
import { plannedNodes } from '../../cluster/planned-nodes.ts';
import { Front } from './front.ts';
import { LateCopy } from './late-copy.ts';
import type { Ledger } from './ledger.ts';
import { SoakRedis } from './redis.ts';
import { type RedisLine, startRedisLine } from './redis-line.ts';

const NODES = 3;
/** How long a proxy takes to apply a file that it has: its own throttling, and a busy machine. */
const FOLLOW_MS = 7000;

export type StagedNode = {
  readonly process: KeptProcess;
  readonly url: string;
  readonly line: RedisLine;
  /** For its next process. */
  tag: string | undefined;
};

export type Stage = {
  readonly redis: SoakRedis;
  readonly nodes: readonly StagedNode[];
  /** Not in the deployment, unless it joins. */
  readonly spare: StagedNode;
  readonly fronts: readonly Front[];
  readonly copy: LateCopy;
  /** One Traefik gets each file this much later. */
  readonly lagMs: number;
  readonly dynamicFile: string;
  readonly settleMs: number;
  /** --topology and --out. */
  readonly files: readonly string[];
  /** And --redis. */
  readonly args: readonly string[];
  /** For rolling-restart. */
  readonly restartCommand: string;
  topology(): Promise<Topology>;
  /** As an editor saves it. */
  edit(change: (topology: Topology) => Topology): Promise<void>;
  close(): Promise<void>;
};

type Closer = () => unknown;

export const openStage = async (ledger: Ledger, lagMs: number): Promise<Stage> => {
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    return { ...(await build({ ledger, lagMs, closers })), close };
  } catch (error) {
    await close();
    throw error;
  }
};

type Building = { readonly ledger: Ledger; readonly lagMs: number; readonly closers: Closer[] };

const build = async ({ ledger, lagMs, closers }: Building): Promise<Omit<Stage, 'close'>> => {
  const folder = await ClusterFolder.create();
  closers.push(() => folder.remove());
  const program = await NodeProgram.create(folder.path);
  const redis = await SoakRedis.start();
  closers.push(() => redis.close());
  const all = topologyOn({ nodes: await freePorts(NODES + 1), front: await freePorts(2), lagMs });
  const topology = { ...all, nodes: all.nodes.slice(0, NODES) };
  const topologyFile = join(folder.path, 'topology.json');
  const dynamicFile = join(folder.path, 'dynamic.yml');
  await writeFile(topologyFile, JSON.stringify(topology, null, 2));
  await writeFile(dynamicFile, generateFiles(topology, { dynamicFile, source: topologyFile }).dynamic);
  const staged: StagedNode[] = [];
  for (const node of all.nodes) {
    const line = await startRedisLine(redis.port);
    closers.push(line.end);
    staged.push(nodeOf({ node, line, program, topology, ledger }));
  }
  closers.push(() => Promise.all(staged.map(({ process }) => process.kill())));
  const [nodes, spare] = [staged.slice(0, NODES), staged[NODES]!];
  await Promise.all(nodes.map(({ process }) => process.start()));
  const copy = await LateCopy.start({ from: dynamicFile, to: join(folder.path, 'late', 'dynamic.yml'), lagMs });
  closers.push(() => copy.close());
  const fronts = await frontsOf({ folder: folder.path, topology, dynamicFile, lateFile: copy.to, ledger });
  closers.push(() => Promise.all(fronts.map((front) => front.end('SIGKILL'))));
  await Promise.all(fronts.map((front) => front.start()));
  const restartCommand = await restarter({ nodes, ledger, closers });
  const files = ['--topology', topologyFile, '--out', folder.path];
  const args = [...files, '--redis', redis.url];
  const read = async (): Promise<Topology> => topologySchema.parse(JSON.parse(await readFile(topologyFile, 'utf8')));
  const edit: Stage['edit'] = async (change) => {
    await writeFile(`${topologyFile}.next`, JSON.stringify(change(await read()), null, 2));
    await rename(`${topologyFile}.next`, topologyFile);
  };
  const tools = { files, args, restartCommand, settleMs: lagMs + FOLLOW_MS, topology: read, edit };
  return { redis, nodes, spare, fronts, copy, dynamicFile, lagMs, ...tools };
};

type Ports = { readonly nodes: readonly number[]; readonly front: readonly number[]; readonly lagMs: number };

const topologyOn = ({ nodes, front: [web, internal], lagMs }: Ports): Topology =>
  topologySchema.parse({
    nodes: plannedNodes(nodes),
    entryPoints: {
      web: { address: `127.0.0.1:${web}`, tls: false },
      traefik: { address: `127.0.0.1:${internal}` },
    },
    // Nodes share the CPU with all of this: a late answer does not mean that a node is dead.
    healthCheck: { interval: '1s', timeout: '3s', ready: { interval: '1s', timeout: '2s' } },
    timeouts: { settle: `${lagMs + FOLLOW_MS}ms` },
    cookie: { secure: false },
    observe: { accessLog: false, metrics: false, logLevel: 'ERROR' },
  });

type NodeParts = {
  readonly node: Topology['nodes'][number];
  readonly line: RedisLine;
  readonly program: NodeProgram;
  readonly topology: Topology;
  readonly ledger: Ledger;
};

const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));

const nodeOf = ({ node, line, program, topology, ledger }: NodeParts): StagedNode => {
  const options = { redis: line.url, options: { server: SERVER }, topology };
  const process = new KeptProcess({
    name: node.id,
    command: () => [...program.command, ...nodeArguments({ ...node, tag: staged.tag }, options)],
    onLine: () => undefined,
    onState: (state, detail) => {
      if (state === 'starting') ledger.born(node.id, staged.tag);
      if (state === 'stopping') ledger.dying(node.id, 'it was told to');
      if (state !== 'down' || detail === undefined) return;
      ledger.breaks('no process ends by itself', `${node.id} ${detail}`);
      ledger.dying(node.id, 'by itself');
    },
  });
  const staged: StagedNode = { line, url: node.url, process, tag: undefined };
  return staged;
};

type FrontParts = {
  readonly folder: string;
  readonly topology: Topology;
  readonly dynamicFile: string;
  readonly lateFile: string;
  readonly ledger: Ledger;
};

const frontsOf = async ({ folder, topology, dynamicFile, lateFile, ledger }: FrontParts): Promise<readonly Front[]> => {
  const traefik = findTraefik();
  if (traefik === undefined) throw new Error(`a soak needs Traefik ${TRAEFIK_VERSION} on the PATH, or in TRAEFIK_BIN`);
  const [router, ...program] = commandOf('../../../router/main.ts', import.meta.url);
  const rows = [
    { name: 'traefik', command: traefik, program: [], file: dynamicFile },
    { name: 'traefik-late', command: traefik, program: [], file: lateFile },
    { name: 'router', command: router, program, file: dynamicFile },
  ];
  return Promise.all(
    rows.map(async ({ name, command, program, file }) => {
      const [web, internal] = await freePorts(2);
      const own = { web: { ...topology.entryPoints.web!, address: `127.0.0.1:${web}` } };
      const internals = { traefik: { ...topology.entryPoints.traefik!, address: `127.0.0.1:${internal}` } };
      const texts = generateFiles(
        { ...topology, entryPoints: { ...own, ...internals } },
        { dynamicFile: file, source: name },
      );
      // Not traefik.yml, which `generate` writes here, with the ports of the topology.
      const staticFile = join(folder, `front-${name}.yml`);
      await writeFile(staticFile, texts.static);
      return new Front({
        name,
        url: `http://127.0.0.1:${web}`,
        command,
        args: [...program, `--configfile=${staticFile}`],
        onLine: (line) => ledger.note(`${name}: ${line.slice(0, 300)}`),
        onDeath: (how) => ledger.breaks('no process ends by itself', `${name} ended ${how}`),
      });
    }),
  );
};

type Restarting = { readonly nodes: readonly StagedNode[]; readonly ledger: Ledger; readonly closers: Closer[] };

/** A command that has this process restart a node, as one of a service manager would. */
const restarter = async ({ nodes, ledger, closers }: Restarting): Promise<string> => {
  const restart = async (id: string | undefined): Promise<number> => {
    const node = nodes.find(({ process }) => process.name === id);
    ledger.note(`${id} is restarted by a command`);
    await node?.process.stop();
    await node?.process.startAgain();
    return node === undefined ? 404 : 200;
  };
  const server = createServer((req, res) => {
    restart(req.url?.slice(1)).then(
      (status) => res.writeHead(status).end(),
      () => res.writeHead(500).end(),
    );
  }).listen(0, '127.0.0.1');
  closers.push(() => server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return `${process.execPath} -e 'fetch("${url}/{node}").then((a) => process.exit(a.status === 200 ? 0 : 3))'`;
};
