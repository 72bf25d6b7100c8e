import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { examineCalls, examineEnds, type Finding } from './examine.ts';
import { type ForeignServer, installServers, SERVERS } from './servers.ts';
import { startWithIds } from './start-ids.ts';

const USAGE = `Usage: npm run foreign -- [--through router,traefik] [--only TEXT] [--json]

MCP servers of other people as they come from their registries, three of each, behind the router and behind real
Traefik: by the command of npm run dev, or alone where their ids name their node. Whether clients keep their sessions,
through a drain too, and what they are told when a server dies.

  --through NAMES  router, traefik, or both separated by a comma (router,traefik)
  --only TEXT      servers with this in their names
  --json           one JSON object a finding
  -h, --help       this text

Exit codes: 0 everything holds, 1 something does not, 2 wrong use of this command.`;

export const command = defineCommand({
  summary: 'MCP servers of other people behind the router and behind Traefik',
  usage: USAGE,
  options: { through: { type: 'string', default: 'router,traefik' }, only: { type: 'string', default: '' } },
  run: async ({ values, terminal }) => {
    const proxies = values.through.split(',').map(proxyOf);
    endOnInterrupt(terminal);
    const servers = SERVERS.filter(({ name }) => name.includes(values.only));
    if (servers.length === 0) throw new Misuse(`--only ${values.only}: no server has that in its name`);
    terminal.complain('the servers are installed on first use, which takes some minutes');
    installServers(servers, terminal.complain);
    let good = true;
    for (const proxy of proxies)
      for (const server of servers)
        for await (const finding of examine(server, proxy)) {
          good &&= finding.good === finding.of;
          const row = { proxy, server: server.name, ...finding };
          terminal.print(values.json ? JSON.stringify({ event: 'finding', ...row }) : rowOf(row));
        }
    return good ? 0 : 1;
  },
});

type ProxyName = 'router' | 'traefik';

async function* examine(server: ForeignServer, proxy: ProxyName): AsyncGenerator<Finding> {
  const { kind, command } = server;
  if (kind === 'ids') {
    const { mcp, close } = await startWithIds({ command, proxy });
    return yield* closing(examineCalls({ ...server, mcp }), close);
  }
  const cluster = await startCluster({ command, proxy });
  yield* closing(both(examineCalls({ ...server, mcp: cluster.mcp }), examineEnds(cluster, server)), () =>
    cluster.close(),
  );
}

async function* both(first: AsyncIterable<Finding>, second: AsyncIterable<Finding>): AsyncGenerator<Finding> {
  yield* first;
  yield* second;
}

async function* closing(findings: AsyncIterable<Finding>, close: () => Promise<void>): AsyncGenerator<Finding> {
  try {
    yield* findings;
  } catch (error) {
    yield { what: 'it broke off', good: 0, of: 1, error: String(error) };
  } finally {
    await close();
  }
}

const rowOf = ({ proxy, server, what, good, of, error }: Finding & { proxy: string; server: string }): string =>
  `${proxy.padEnd(8)} ${server.padEnd(28)} ${what}: ${good} of ${of}${error ? `  (${error})` : ''}`;

const proxyOf = (name: string): ProxyName => {
  if (name !== 'router' && name !== 'traefik') throw new Misuse(`--through ${name} is neither router nor traefik`);
  return name;
};
