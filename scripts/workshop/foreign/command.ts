import { randomUUID } from 'node:crypto';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { examine, examineCalls, type Finding } from './examine.ts';
import { examineStdio, IDLE_SECONDS } from './examine-stdio.ts';
import { type ForeignServer, install, SERVERS } from './servers.ts';
import { startWithIds } from './start-ids.ts';

const NAMES = SERVERS.map(({ name }) => name);
const PROXIES = ['router', 'traefik'] as const;

const USAGE = `Usage: npm run foreign -- [--only NAMES] [--through router,traefik] [--json]

MCP servers of other people as they come from their registries, three instances with a node before each, behind the
router and behind real Traefik; those over standard input and output, one process a session; and those of the page
.github/SERVERS.md whose ids name their node, without one: whether sessions stay, through a drain too, what their clients
hear when one dies, and whether a process is left behind.

  --only NAMES     of ${NAMES.slice(0, 4).join(', ')},
                   ${NAMES.slice(4, 8).join(', ')},
                   ${NAMES.slice(8).join(', ')},
                   separated by a comma (all)
  --through NAMES  router, traefik, or both (router,traefik)
  --json           one JSON object a finding
  -h, --help       this text

Exit codes: 0 everything holds, 1 something does not, 2 wrong usage.`;

export const command = defineCommand({
  summary: 'MCP servers of other people behind nodes, through the router and through Traefik',
  usage: USAGE,
  options: { only: { type: 'string' }, through: { type: 'string', default: PROXIES.join() } },
  run: async ({ values, terminal }) => {
    const servers = chosen('--only', values.only ?? NAMES.join(), NAMES).map((name) => SERVERS[NAMES.indexOf(name)]!);
    const proxies = chosen('--through', values.through, PROXIES);
    endOnInterrupt(terminal);
    let good = true;
    for (const server of servers) {
      install(server);
      for (const proxy of proxies)
        for await (const finding of tried(server, proxy)) {
          good &&= finding.good === finding.of;
          const event = { event: 'finding', proxy, server: server.name, ...finding };
          terminal.print(values.json ? JSON.stringify(event) : rowOf(proxy, server.name, finding));
        }
    }
    return good ? 0 : 1;
  },
});

async function* tried(server: ForeignServer, proxy: (typeof PROXIES)[number]): AsyncGenerator<Finding> {
  const { command, snippet, stdio } = server;
  const alone = snippet && (await startWithIds({ command, proxy }));
  const mark = `MOORING_FOREIGN=${randomUUID()}`;
  const program = stdio ? { stdio: { command, env: [mark] }, nodeArguments: IDLE } : { command };
  const cluster = alone ? undefined : await startCluster({ ...program, proxy });
  try {
    if (alone) yield* examineCalls(server, alone.mcp, proxy === 'traefik' ? MAY_CUT : 0);
    if (cluster) yield* stdio ? examineStdio(server, cluster, mark) : examine(server, cluster);
  } finally {
    await alone?.close();
    await cluster?.close();
  }
}

/**
 * Traefik cuts an answer whose head arrives before its body while Traefik is still sending the request
 * (golang/go#40747): about one in 600 on a busy machine. Nodes send head and body together; these servers do not. This
 * many are allowed in 60.
 */
const MAY_CUT = 3;

const IDLE = ['--idle-seconds', `${IDLE_SECONDS}`];

const chosen = <Name extends string>(option: string, text: string, known: readonly Name[]): Name[] =>
  text.split(',').map((name) => {
    const found = known.find((one) => one === name);
    if (found === undefined) throw new Misuse(`${option} ${name} is none of ${known.join(', ')}`);
    return found;
  });

const rowOf = (proxy: string, server: string, { what, good, of, error, cut }: Finding): string => {
  const again = cut === undefined ? '' : `  (cut by Traefik and made again: ${cut})`;
  return `${proxy.padEnd(8)} ${server.padEnd(18)} ${what}: ${good} of ${of}${error === undefined ? again : `  (${error})`}`;
};
