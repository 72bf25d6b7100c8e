import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { ClusterOptions } from '../../cluster/cluster.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { installClients } from './clients.ts';
import { examine } from './examine.ts';

const USAGE = `Usage: npm run interop -- [--through router,traefik] [--json]

Real clients as they come from their registries, on three nodes behind the router and behind real Traefik: whether
their calls stay at their node, while it drains too, and whether they come back when it dies.

  --through NAMES  router, traefik, or both separated by a comma (router,traefik)
  --json           one JSON object a finding
  -h, --help       this text

Exit codes: 0 everything holds, 1 something does not, 2 wrong use of this command.`;

export const command = defineCommand({
  summary: 'real clients in several languages through the router and through Traefik',
  usage: USAGE,
  options: { through: { type: 'string', default: 'router,traefik' } },
  run: async ({ values, terminal }) => {
    const proxies = values.through.split(',').map(proxyOf);
    terminal.complain('the clients are installed on first use, which takes a minute');
    const programs = installClients();
    let holds = true;
    for (const proxy of proxies) {
      const cluster = await startCluster({ proxy });
      try {
        for (const program of programs)
          for await (const finding of examine(program, cluster)) {
            holds &&= finding.good === finding.of;
            const { what, good, of, error } = finding;
            terminal.print(
              values.json
                ? JSON.stringify({ event: 'finding', proxy, client: program.name, ...finding })
                : `${proxy.padEnd(8)} ${program.name.padEnd(20)} ${what}: ${good} of ${of}${error ? `  (${error})` : ''}`,
            );
          }
      } finally {
        await cluster.close();
      }
    }
    return holds ? 0 : 1;
  },
});

const proxyOf = (name: string): NonNullable<ClusterOptions['proxy']> => {
  if (name !== 'router' && name !== 'traefik') throw new Misuse(`--through ${name} is neither router nor traefik`);
  return name;
};
