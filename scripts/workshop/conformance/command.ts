import { fileURLToPath } from 'node:url';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { runSuite } from './suite.ts';

const WAYS = ['direct', 'router', 'traefik'] as const;
type Way = (typeof WAYS)[number];

const USAGE = `Usage: npm run conformance -- [--through WAY[,WAY]] [--url URL] [options]

Runs the public MCP conformance suite against nodes with a server that has what the suite asks for, or against URL.

  --through WAY    direct (one node), router or traefik (three nodes behind it); separated by commas (direct)
  --url URL        an MCP endpoint that runs already, in place of all that
  --suite NAME     active, pending or all (active)
  --scenario NAME  only this one
  --json           one JSON object a way
  -h, --help       this text

Exit codes: 0 every scenario passes, 1 one does not, 2 wrong use of this command.

  npm run conformance -- --through direct,router,traefik`;

export const command = defineCommand({
  summary: 'the public MCP conformance suite against our nodes, direct and behind a proxy',
  usage: USAGE,
  options: {
    through: { type: 'string', default: 'direct' },
    url: { type: 'string' },
    suite: { type: 'string', default: 'active' },
    scenario: { type: 'string' },
  },
  run: async ({ values, terminal }) => {
    const ways = values.url === undefined ? values.through.split(',').map(wayOf) : [values.url];
    endOnInterrupt(terminal);
    let passed = true;
    for (const way of ways) {
      const { url, close } = values.url === undefined ? await endpoint(way as Way) : { url: way, close: nothing };
      terminal.complain(`conformance, ${way}: ${url}`);
      const { verdicts, output } = await runSuite(url, { suite: values.suite, scenario: values.scenario });
      await close();
      const failed = verdicts.filter((one) => one.failed).map(({ name }) => name);
      passed &&= verdicts.length > 0 && failed.length === 0;
      if (values.json)
        terminal.print(JSON.stringify({ event: 'conformance', way, scenarios: verdicts.length, failed }));
      else {
        terminal.print(verdicts.map(({ line }) => line).join('\n') || output);
        terminal.print(`${way}: ${verdicts.length - failed.length} of ${verdicts.length} scenarios pass`);
      }
    }
    return passed ? 0 : 1;
  },
});

const wayOf = (text: string): Way => {
  const way = WAYS.find((one) => one === text);
  if (way === undefined) throw new Misuse(`--through ${text} is none of ${WAYS.join(', ')}`);
  return way;
};

const SERVER = fileURLToPath(new URL('server/server.ts', import.meta.url));
const nothing = async (): Promise<void> => {};

const endpoint = async (way: Way): Promise<{ url: string; close: () => Promise<void> }> => {
  const cluster = await startCluster({ server: SERVER, ...(way === 'direct' ? { nodes: 1 } : { proxy: way }) });
  const node = cluster.nodes()[0]!;
  return { url: way === 'direct' ? `${node.url}/mcp` : cluster.mcp, close: () => cluster.close() };
};
