import { visible } from '../../shared/terminal-text.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { many } from '../cli/many.ts';
import { Misuse } from '../cli/misuse.ts';
import { paintWith } from '../cli/paint.ts';
import type { Terminal } from '../cli/terminal.ts';
import { wholeNumber } from '../cli/whole-number.ts';
import { readDeployment } from '../deployment/deployment.ts';
import { announced, type Examination, type Examined, examine } from './examine.ts';
import { judge } from './judge.ts';
import { reportText, verdictOf } from './report.ts';
import { readTarget } from './target.ts';

const usage = `Usage: npm run doctor -- URL [options]

Tests a running deployment the way clients use it: do sessions stick, with and without cookies? Is the cookie correct?
Do event streams get through? What does a client with a lost session get? Are pages of other sites refused? It works with
any proxy and any server. It sends few requests, announces them first, and closes the sessions it opens. It only calls
tools of mooring's own example server.

  --mcp-path PATH              path of the MCP endpoint (the URL's path, else /mcp)
  -H, --header 'Name: value'   sent with every request, such as Authorization; may be repeated
      --insecure               accept any certificate
      --calls N                requests per session, each on a new connection (10)
      --idle SECONDS           how long to watch an idle stream (5)
      --origin ORIGIN          origin of browser clients (the URL's own origin)
      --api URL                Traefik's API, for what requests cannot show: health checks, weights, middlewares
      --topology FILE          the intended deployment, to compare with; its nodes are asked for their health
      --json                   one JSON object on stdout
      --help                   this text

Examples:
  npm run doctor -- http://127.0.0.1:8080
  npm run doctor -- https://mcp.example.com -H 'Authorization: Bearer …' --topology config/production.yaml

Exits with 0 when there is no problem, 1 when there is one or it cannot be reached, 2 for wrong usage.`;

const OPTIONS = {
  'mcp-path': { type: 'string' },
  header: { type: 'string', short: 'H', multiple: true, default: [] },
  insecure: { type: 'boolean', default: false },
  calls: { type: 'string', default: '10' },
  idle: { type: 'string', default: '5' },
  origin: { type: 'string' },
  api: { type: 'string' },
  topology: { type: 'string' },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'tests a running deployment: do sessions stay at their nodes?',
  usage,
  options: OPTIONS,
  positionals: true,
  run: ({ values, positionals: [url, ...more], terminal }) => {
    if (url === undefined || more.length > 0) throw new Misuse('doctor takes one URL, such as http://127.0.0.1:8080');
    return run(url, values, terminal);
  },
});

const run = async (url: string, values: Values, terminal: Terminal): Promise<ExitCode> => {
  const examination = await examinationOf(url, values, terminal);
  const { target, idleMs } = examination;
  const { requests, sessions } = announced(examination);
  const plan = `Asking ${target.origin}${target.path}: at most ${requests} requests in about ${Math.ceil(idleMs / 1000) + 3} s; at most ${many(sessions, 'session')}, closed again.`;
  if (values.json) terminal.complain(plan);
  else terminal.print(`${plan}\n`);
  return printReport(await examine(examination), { examination, values, terminal });
};

const MAX_CALLS = 1000;
const LONGEST_IDLE = 3600;

const examinationOf = async (url: string, values: Values, terminal: Terminal): Promise<Examination> => {
  const topology =
    values.topology === undefined ? undefined : await readDeployment({ file: values.topology, folder: '' });
  const target = readTarget(url, values['mcp-path'] ?? topologyPath(url, topology?.prefix));
  return {
    target,
    calls: wholeNumber('--calls', values.calls, { most: MAX_CALLS }),
    idleMs: 1000 * secondsOf(values.idle),
    headers: Object.fromEntries(values.header.map(readHeader)),
    insecure: values.insecure,
    origin: values.origin ?? topology?.cors.origins.find((origin) => origin !== '*'),
    api: values.api === undefined ? undefined : apiOf(values.api),
    topology,
    signal: terminal.signal,
    onStep: (step) => void (terminal.interactive && !values.json && terminal.complain(`  … ${step}`)),
  };
};

/** The URL's own path counts before the topology's prefix. */
const topologyPath = (url: string, prefix: string | undefined): string | undefined =>
  URL.canParse(url) && new URL(url).pathname === '/' ? prefix : undefined;

const secondsOf = (text: string): number => {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= LONGEST_IDLE) return Number(text);
  throw new Misuse(`--idle takes a number from 0 to ${LONGEST_IDLE}, not ${JSON.stringify(text)}`);
};

const readHeader = (text: string): [string, string] => {
  const [, name, value] = /^([!#$%&'*+\-.^`|~\w]+):(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined || /[^\t\x20-\x7e\x80-\xff]/.test(value))
    throw new Misuse(`--header takes 'Name: value', not ${JSON.stringify(text)}`);
  return [name.toLowerCase(), value.trim()];
};

const apiOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new Misuse(`--api takes a URL such as http://127.0.0.1:8080, not ${JSON.stringify(text)}`);
};

type Report = { readonly examination: Examination; readonly values: Values; readonly terminal: Terminal };

const printReport = (examined: Examined, { examination: { target }, values, terminal }: Report): ExitCode => {
  const url = `${target.origin}${target.path}`;
  const { requests } = examined;
  const emit = (event: object, text: string): void => terminal.print(values.json ? JSON.stringify(event) : text);
  if (examined.kind === 'interrupted') {
    const { opened, closed } = examined.sessions;
    emit(
      { event: 'interrupted', url, requests, sessions: { opened, closed } },
      `interrupted after ${many(requests, 'request')}; ${closed} of ${many(opened, 'session')} closed again`,
    );
    return 1;
  }
  if (examined.kind === 'trouble') {
    const { id, seen, remedy } = examined.trouble;
    if (values.json) terminal.print(JSON.stringify({ event: 'unreachable', url, requests, id, seen, remedy }));
    else terminal.complain(`${visible(seen)}\n  help: ${remedy}`);
    return 1;
  }
  const findings = judge(examined.facts);
  const { opened, closed } = examined.facts.sessions;
  const counts = { requests, sessions: { opened, closed } };
  const event = { event: 'examined', url, ...counts, verdict: verdictOf(findings), findings };
  emit(event, reportText(findings, counts, paintWith(terminal.color)));
  return findings.some(({ severity }) => severity === 'problem') ? 1 : 0;
};
