import type { ServerCommand } from '../../shared/split-at-dashes.ts';
import type { Affinity } from '../../shared/topology/topology.ts';
import type { Options, ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { commandAndPath } from '../cli/server-command.ts';
import { wholeNumber } from '../cli/whole-number.ts';
import type { ClusterOptions } from '../cluster/cluster.ts';

export type DevOptions = {
  readonly nodes: number;
  readonly affinity: Affinity;
  readonly redis: string | undefined;
  readonly server: string | undefined;
  /** The command of any HTTP server, in place of ours. */
  readonly command?: ServerCommand;
  /** What of its protocol is let through. */
  readonly era?: Era;
  /** The path of its endpoint. */
  readonly path?: string;
  /** The command of any stdio server, in place of ours. */
  readonly stdio?: NonNullable<ClusterOptions['stdio']>;
  readonly https: boolean;
  readonly traefik: boolean;
  readonly host: string;
  /** undefined: the topology's, or 8080. */
  readonly port: number | undefined;
  readonly topology: string | undefined;
  readonly json: boolean;
};

export const OPTIONS = {
  nodes: { type: 'string' },
  affinity: { type: 'string' },
  redis: { type: 'string' },
  server: { type: 'string' },
  path: { type: 'string' },
  era: { type: 'string' },
  stdio: { type: 'boolean' },
  env: { type: 'string', multiple: true },
  https: { type: 'boolean', default: false },
  traefik: { type: 'boolean', default: false },
  host: { type: 'string' },
  port: { type: 'string' },
  topology: { type: 'string' },
} satisfies Options;

type Era = 'sessions' | 'both';
const isEra = (text: string): text is Era => text === 'sessions' || text === 'both';

const AFFINITIES: readonly string[] = ['both', 'session-id', 'cookie'] satisfies Affinity[];
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
/** Options that conflict with a topology file. */
const SAID_BY_TOPOLOGY = ['nodes', 'affinity', 'https', 'host'] as const;

/** Options for starting a cluster, which mean nothing to a running one. */
export const strayOption = (values: ValuesOf<typeof OPTIONS>): string | undefined =>
  (Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]).find(
    (name) => name !== 'port' && (values[name] ?? false) !== false,
  );

export const readOptions = (values: ValuesOf<typeof OPTIONS>, command: ServerCommand | undefined): DevOptions => {
  refuseContradictions(values, command);
  const { affinity = 'both', host = LOOPBACK[0]!, era } = values;
  if (!AFFINITIES.includes(affinity)) throw new Misuse(`--affinity ${affinity}: it is ${AFFINITIES.join(', ')}`);
  if (era !== undefined && !isEra(era)) throw new Misuse(`--era ${era}: must be sessions or both`);
  if (!LOOPBACK.includes(host))
    throw new Misuse(
      `--host ${host} is refused: this is for one machine and has no access control (${LOOPBACK.join(', ')})`,
    );
  return {
    affinity: affinity as Affinity,
    host,
    nodes: wholeNumber('--nodes', values.nodes ?? '3', { most: 64 }),
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port, { most: 65_535 }),
    redis: values.redis,
    server: values.server,
    ...serverOf(values, command),
    ...(era !== undefined && { era }),
    https: values.https,
    traefik: values.traefik,
    topology: values.topology,
    json: values.json,
  };
};

const serverOf = ({ stdio, env, path }: ValuesOf<typeof OPTIONS>, command: ServerCommand | undefined) => {
  if (!stdio && env === undefined) return commandAndPath({ command, path });
  if (!stdio) throw new Misuse(`--env ${env?.[0]} needs --stdio: it passes a variable to its server`);
  if (command === undefined) throw new Misuse('--stdio: write the command of your server after --');
  if (path !== undefined) throw new Misuse(`--path ${path}: a server of --stdio has no endpoint`);
  return { stdio: { command, ...(env && { env }) } };
};

const refuseContradictions = (values: ValuesOf<typeof OPTIONS>, command?: ServerCommand): void => {
  const twice = SAID_BY_TOPOLOGY.find((name) => values.topology !== undefined && (values[name] ?? false) !== false);
  if (twice !== undefined) throw new Misuse(`--${twice} and --topology: change ${twice} in ${values.topology} instead`);
  const { server } = values;
  if (server !== undefined && command !== undefined)
    throw new Misuse(`--server ${server} and ${command[0]}: use one of the two`);
};
