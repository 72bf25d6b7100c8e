import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Log } from '../../shared/log.ts';
import { steadyNow } from '../../shared/steady-clock.ts';
import { prefixesOf } from '../../shared/topology/prefixes.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import type { KnownNode } from '../core/relay-decision.ts';
import { type Keys, RELAY_SECRET, readKeys } from '../core/shared-keys.ts';
import { loadTopology } from '../load-topology.ts';
import { recently } from '../sessions/recently.ts';
import type { Misroute } from './relay.ts';

type Loading = { readonly name: string; readonly tag?: string | undefined; readonly log: Log };

/** A drain or a new node changes the file; the next misrouted request notices it. */
const READ_AGAIN_MS = 2000;

/** The topology's setting for misroutes; undefined: they are refused. Throws if the nodes have no strong secret. */
export const loadMisroute = async (file: string, { name, tag = name, log }: Loading): Promise<Misroute | undefined> => {
  const topology = await loadTopology(file);
  if (topology.misroute === 'refuse') return undefined;
  const keys = await loadKeys(topology, file);
  let known = peersIn(topology);
  if (!known.some(({ id }) => id === tag))
    log.warn({ node: name, file }, 'other nodes relay no requests to this one: it is not in the topology');
  const readAgain = async (): Promise<readonly KnownNode[]> => {
    try {
      known = peersIn(await loadTopology(file));
    } catch (err) {
      log.warn({ err }, 'the topology cannot be read; the previous list of nodes stays in use');
    }
    return known;
  };
  return { keys, known: recently(readAgain, { ms: READ_AGAIN_MS, now: steadyNow }) };
};

/** By the prefix of their ids: a node may still run with its previous tag. */
const peersIn = ({ nodes }: Topology): readonly KnownNode[] =>
  nodes.flatMap((node) => prefixesOf(node).map((id) => ({ ...node, id })));

const loadKeys = async ({ relaySecretFile }: Topology, file: string): Promise<Keys> => {
  const given = process.env[RELAY_SECRET];
  if (given === undefined && relaySecretFile === undefined)
    throw new Error(
      `misroute: relay needs a secret that all nodes share: ${RELAY_SECRET}, or relaySecretFile in ${file}`,
    );
  const from = given === undefined ? resolve(dirname(file), relaySecretFile as string) : RELAY_SECRET;
  const read = readKeys(given ?? (await readSecret(from)));
  if (read.kind === 'keys') return read.keys;
  throw new Error(
    `the secret for misroute: relay is too weak: in ${from}, ${read.why} (openssl rand -base64 32 makes one)`,
  );
};

const readSecret = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`the secret for misroute: relay cannot be read: ${file} (${error.code})`);
  });
