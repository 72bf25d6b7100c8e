import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { ClusterOptions } from '../../cluster/cluster.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { type Attempted, examineAgain, holds } from './attempts.ts';
import { installClients } from './clients.ts';
import { examine } from './examine.ts';

const USAGE = `Usage: npm run interop -- [--through router,traefik] [--json]

Real clients as they come from their registries, on three nodes behind the router and behind real Traefik: whether
their calls stay at their node, while it drains too, and whether they come back when it dies. A client that stumbles is
tried once more from the start, and both attempts are shown.

  --through NAMES  router, traefik, or both separated by a comma (router,traefik)
  --json           one JSON object a finding
  -h, --help       this text

Exit codes: 0 everything holds, 1 something does not, 2 wrong usage.`;

export const command = defineCommand({
  summary: 'real clients in several languages through the router and through Traefik',
  usage: USAGE,
  options: { through: { type: 'string', default: 'router,traefik' } },
  run: async ({ values, terminal }) => {
    const proxies = values.through.split(',').map(proxyOf);
    endOnInterrupt(terminal);
    terminal.complain('the clients are installed on first use, which takes a minute');
    const programs = installClients(terminal.complain);
    let good = true;
    for (const proxy of proxies) {
      const cluster = await startCluster({ proxy });
      try {
        for (const program of programs) {
          const report = (finding: Attempted): void =>
            terminal.print(
              values.json
                ? JSON.stringify({ event: 'finding', proxy, client: program.name, ...finding })
                : rowOf(proxy, program.name, finding),
            );
          good = (await examineAgain(() => examine(program, cluster), report)) && good;
        }
      } finally {
        await cluster.close();
      }
    }
    return good ? 0 : 1;
  },
});

const rowOf = (proxy: string, client: string, finding: Attempted): string => {
  const { what, good, of, error, attempt } = finding;
  const stumbled = attempt === 1 && !holds(finding) ? '; once more from the start' : '';
  return `${proxy.padEnd(8)} ${client.padEnd(20)} ${what}: ${good} of ${of}${error ? `  (${error})` : ''}${stumbled}`;
};

const proxyOf = (name: string): NonNullable<ClusterOptions['proxy']> => {
  if (name !== 'router' && name !== 'traefik') throw new Misuse(`--through ${name} is neither router nor traefik`);
  return name;
};
