/** A topology and the dynamic file generated from it, changed together: only one node's state. */
import { access, constants, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { packagedFile } from '../../shared/program.ts';
import { formatProblems } from '../../shared/source/format-problems.ts';
import { setNodeState } from '../../shared/topology/edit-topology.ts';
import { readTopology } from '../../shared/topology/read-topology.ts';
import type { Topology, TopologyNode } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { Misuse } from '../cli/misuse.ts';
import { Refusal } from '../cli/refusal.ts';
import { shellWord } from '../cli/shell-word.ts';
import { replaceFile } from '../generate/change-files.ts';
import { withLock } from './lock.ts';

export type NodeState = TopologyNode['state'];
export type Deployment = { readonly file: string; readonly folder: string };

export const DEV = 'config/dev.yaml';

export const deploymentOf = (values: { readonly topology: string; readonly out?: string | undefined }): Deployment => ({
  file: values.topology,
  folder: values.out ?? folderFor(values.topology),
});

/** The default output of `npm run generate`, so that production's files are not mixed with a laptop's. */
const folderFor = (file: string): string =>
  file === DEV ? dirname(DEV) : join(dirname(file), basename(file, extname(file)));

/** The options for another command to use the same files, as typed. */
export const argumentsOf = ({ file, folder }: Deployment): readonly string[] => [
  ...(file === DEV ? [] : ['--topology', shellWord(file)]),
  ...(folder === folderFor(file) ? [] : ['--out', shellWord(folder)]),
];

export const dynamicFileOf = ({ folder }: Deployment): string => join(folder, 'dynamic.yml');

export const readDeployment = async (deployment: Deployment): Promise<Topology> =>
  parse(deployment, await topologyText(deployment.file));

export const findNode = (topology: Topology, node: string, { file }: Deployment): TopologyNode => {
  const found = topology.nodes.find(({ id }) => id === node);
  if (found !== undefined) return found;
  throw new Misuse(`${file} has no node ${node}: it has ${topology.nodes.map(({ id }) => id).join(', ')}`);
};

export type StateChange = {
  readonly node: string;
  readonly state: NodeState;
  /** Throws to refuse; the lock is held from this check to the change. */
  readonly allow?: (topology: Topology) => Promise<void>;
};

/** Returns the files that were written: none if both are already so. */
export const setState = (deployment: Deployment, change: StateChange): Promise<readonly string[]> =>
  locked(deployment, () => changeState(deployment, change));

/** Only if the file is still as it was when read; undefined: somebody else has changed it meanwhile. */
export const setStateFrom = (
  deployment: Deployment,
  { from, ...change }: StateChange & { readonly from: NodeState },
): Promise<readonly string[] | undefined> =>
  locked(deployment, async () => {
    const { state } = findNode(await readDeployment(deployment), change.node, deployment);
    return state === from ? changeState(deployment, change) : undefined;
  });

/** All paths of one file are one deployment. */
const locked = async <Value>(deployment: Deployment, change: () => Promise<Value>): Promise<Value> =>
  withLock(await behindLinks(deployment), change);

/** Where nobody may write beside the topology, nobody can change it either. */
export const lockedWhereWritable = async <Value>(
  deployment: Deployment,
  change: () => Promise<Value>,
): Promise<Value> => {
  const folder = dirname(await behindLinks(deployment));
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable ? locked(deployment, change) : change();
};

/** If the file does not exist, reading it reports that. */
const behindLinks = ({ file }: Deployment): Promise<string> => realpath(file).catch(() => file);

const changeState = async (deployment: Deployment, { node, state, allow }: StateChange): Promise<readonly string[]> => {
  const text = await topologyText(deployment.file);
  const topology = parse(deployment, text);
  findNode(topology, node, deployment);
  await allow?.(topology);
  const dynamicFile = dynamicFileOf(deployment);
  const dynamic = await existing(deployment);
  refuseStrangers({ deployment, topology, node, dynamic });
  const edited = setNodeState(text, node, state);
  if (edited === undefined)
    throw new Refusal(`${deployment.file}: ${node} shares a YAML anchor with another node; edit its state by hand`);
  const wanted = dynamicText(deployment, parse(deployment, edited));
  // The topology first: if somebody generates from it in between, the result is right.
  if (edited !== text) await replaceFile(await behindLinks(deployment), edited);
  if (!sameRoutes(wanted, dynamic)) await replaceFile(dynamicFile, wanted);
  return [...(edited === text ? [] : [deployment.file]), ...(sameRoutes(wanted, dynamic) ? [] : [dynamicFile])];
};

export const topologyText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? `there is no topology ${file}` : `the topology ${file} cannot be read (${code})`;
    throw new Misuse(`${why}; ${packagedFile(DEV)} is an example`);
  }
};

const parse = ({ file }: Deployment, text: string): Topology => {
  const { topology, problems } = readTopology(text, file);
  if (topology !== undefined) return topology;
  throw new Refusal(formatProblems(problems, { color: false, sources: new Map([[file, text]]) }));
};

const existing = async (deployment: Deployment): Promise<string> => {
  try {
    return await readFile(dynamicFileOf(deployment), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    throw new Refusal(`${dynamicFileOf(deployment)} ${why}; ${generateFirst(deployment)}`);
  }
};

type Found = {
  readonly deployment: Deployment;
  readonly topology: Topology;
  readonly node: string;
  readonly dynamic: string;
};

/** Other changes of the topology that have not been generated yet must not slip in unnoticed. */
const refuseStrangers = ({ deployment, topology, node, dynamic }: Found): void => {
  const isOwn = (state: NodeState): boolean =>
    sameRoutes(dynamicText(deployment, inState(topology, node, state)), dynamic);
  if ((['active', 'draining', 'out'] as const).some(isOwn)) return;
  throw new Refusal(
    `${dynamicFileOf(deployment)} differs from ${deployment.file} in more than the state of ${node}; ${generateFirst(deployment)}`,
  );
};

const generateFirst = (deployment: Deployment): string =>
  `see ${['npm run generate --', ...argumentsOf(deployment), '--check'].join(' ')}, and without --check it writes the file`;

const dynamicText = (deployment: Deployment, topology: Topology): string =>
  generateFiles(topology, { dynamicFile: dynamicFileOf(deployment), source: deployment.file }).dynamic;

const inState = (topology: Topology, node: string, state: NodeState): Topology => ({
  ...topology,
  nodes: topology.nodes.map((one) => (one.id === node ? { ...one, state } : one)),
});

/** Comments contain the topology's path as it was typed then. */
const sameRoutes = (a: string, b: string): boolean => withoutComments(a) === withoutComments(b);
const withoutComments = (text: string): string =>
  text
    .split(/\r?\n/)
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n');
