import { fileURLToPath } from 'node:url';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { EXPECTED_FAILURES, PROTOCOLS, type Protocol, runSuite, type Verdict } from './suite.ts';

const WAYS = ['direct', 'router', 'traefik'] as const;
type Way = (typeof WAYS)[number];

const USAGE = `Usage: npm run conformance -- [--through WAY[,WAY]] [--url URL] [options]

Runs the public MCP conformance suite against nodes with a server that has what the suite asks for, or against URL.

  --through WAY    direct (one node), router or traefik (three nodes behind it); separated by commas (direct)
  --url URL        an MCP endpoint that runs already, in place of all that
  --protocol NAME  sessions, or 2026-07-28 with what that revision requires and the extension for tasks (sessions)
  --suite NAME     active, pending or all, in place of that
  --scenario NAME  only this one
  --json           one JSON object a way
  -h, --help       this text

Exit codes: 0 every scenario passes but those that are known not to, 1 one does not, 2 wrong use of this command.

  npm run conformance -- --through direct,router,traefik`;

export const command = defineCommand({
  summary: 'the public MCP conformance suite against our nodes, direct and behind a proxy',
  usage: USAGE,
  options: {
    through: { type: 'string', default: 'direct' },
    url: { type: 'string' },
    protocol: { type: 'string', default: 'sessions' },
    suite: { type: 'string' },
    scenario: { type: 'string' },
  },
  run: async ({ values, terminal }) => {
    const ways = values.url === undefined ? values.through.split(',').map(wayOf) : [values.url];
    const protocol = protocolOf(values.protocol);
    endOnInterrupt(terminal);
    let passed = true;
    for (const way of ways) {
      const { url, close } =
        values.url === undefined ? await endpoint(way as Way, protocol) : { url: way, close: nothing };
      terminal.complain(`conformance, ${way}: ${url}`);
      const { suite, scenario } = values;
      const { verdicts, output } = await runSuite(url, { protocol, suite, scenario });
      await close();
      const unexpected = verdicts.filter((one) => one.failed !== isExpectedToFail(one));
      passed &&= verdicts.length > 0 && unexpected.length === 0;
      if (values.json) {
        const failed = verdicts.filter((one) => one.failed).map(({ name }) => name);
        terminal.print(JSON.stringify({ event: 'conformance', protocol, way, scenarios: verdicts.length, failed }));
      } else {
        terminal.print(verdicts.map(rowOf).join('\n') || output);
        terminal.print(`${way}: ${verdicts.length - unexpected.length} of ${verdicts.length} scenarios as expected`);
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

const protocolOf = (text: string): Protocol => {
  if (text in PROTOCOLS) return text as Protocol;
  throw new Misuse(`--protocol ${text} is none of ${Object.keys(PROTOCOLS).join(', ')}`);
};

const isExpectedToFail = ({ name }: Verdict): boolean => name in EXPECTED_FAILURES;

const rowOf = (verdict: Verdict): string => {
  if (!isExpectedToFail(verdict)) return verdict.line;
  const why = EXPECTED_FAILURES[verdict.name];
  return `${verdict.line} (${verdict.failed ? `known: ${why}` : 'no longer fails: take it off the list'})`;
};

const SERVERS = {
  sessions: fileURLToPath(new URL('server/server.ts', import.meta.url)),
  '2026-07-28': fileURLToPath(new URL('server/without-sessions.ts', import.meta.url)),
} satisfies Readonly<Record<Protocol, string>>;
const nothing = async (): Promise<void> => {};

const endpoint = async (way: Way, protocol: Protocol): Promise<{ url: string; close: () => Promise<void> }> => {
  const cluster = await startCluster({
    server: SERVERS[protocol],
    ...(way === 'direct' ? { nodes: 1 } : { proxy: way }),
  });
  const node = cluster.nodes()[0]!;
  return { url: way === 'direct' ? `${node.url}/mcp` : cluster.mcp, close: () => cluster.close() };
};
