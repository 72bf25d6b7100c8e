import type { Asked } from '../../router/explain/asked.ts';
import { explain } from '../../router/explain/explain.ts';
import type { Explanation, Finding } from '../../router/explain/explanation.ts';
import { explanationText } from '../../router/explain/explanation-text.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { paintWith } from '../cli/paint.ts';
import type { Terminal } from '../cli/terminal.ts';
import { DEFAULT_CONFIGFILE, readTraefikFiles, type TraefikFiles } from '../cli/traefik-files.ts';
import { parseHeader, readCurl } from './curl.ts';
import { readLogLine } from './log-line.ts';
import { compareWithLog, noted, runsOtherwise, unnoticedDown } from './outside-findings.ts';
import { questionWith } from './overrides.ts';
import { askProxy, ProxyUnreachable, type RunningProxy } from './running-proxy.ts';
import { downServers, statusView } from './status.ts';

const usage = `Usage: npm run explain -- [METHOD] URL-or-PATH [options]

Explains where a request goes and why: entry point, routers tried, middlewares, services, cookie, server, each with its
place in the files. Sends nothing to a node.

  -H, --header 'Name: value'   a header; may be repeated
      --session ID             same as -H 'Mcp-Session-Id: ID'
      --cookie VALUE           the sticky cookie: NAME=VALUE, a bare value, or the id of a node
      --without-session        as if the client sent no session id
      --without-cookie         as if the client kept no cookies
      --curl 'curl …'          the request of a curl command
      --log '{…}'              the request of a JSON access log line, compared with where it went
      --entry-point NAME       the entry point (by the URL's port and scheme)
      --from ADDRESS           the client's address (127.0.0.1)
      --down NODE-or-URL       as if this server were down; may be repeated
      --configfile FILE        Traefik's static file (${DEFAULT_CONFIGFILE})
      --against URL            API of a running router or Traefik, to know which servers are up and whether files match
      --json                   one JSON object on stdout
      --help                   this text

Examples:
  npm run explain -- POST /mcp
  npm run explain -- POST /mcp --session n2.1b4e28ba-2fa1-41d2-883f-0016d3cca427 --down n2
  npm run explain -- http://127.0.0.1:8080/mcp --cookie n1 --against http://127.0.0.1:8080

Exits with 0 when the request reaches a server, 1 when it does not, 2 for wrong usage.`;

const OPTIONS = {
  header: { type: 'string', short: 'H', multiple: true, default: [] },
  session: { type: 'string' },
  cookie: { type: 'string' },
  'without-session': { type: 'boolean', default: false },
  'without-cookie': { type: 'boolean', default: false },
  curl: { type: 'string' },
  log: { type: 'string' },
  'entry-point': { type: 'string' },
  from: { type: 'string' },
  down: { type: 'string', multiple: true, default: [] },
  configfile: { type: 'string', default: DEFAULT_CONFIGFILE },
  against: { type: 'string' },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'explains where a request goes and why',
  usage,
  options: OPTIONS,
  positionals: true,
  run: ({ values, positionals, terminal }) => run(values, positionals, terminal),
});

const run = async (values: Values, positionals: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const logged = values.log === undefined ? undefined : readLogLine(values.log);
  const asked = logged?.asked ?? (values.curl === undefined ? askedBy(positionals) : readCurl(values.curl));
  if ((values.log ?? values.curl) !== undefined && positionals.length > 0)
    throw new Misuse(`one request at a time: use ${JSON.stringify(positionals[0])}, --log or --curl`);
  const files = await readTraefikFiles(values.configfile, { terminal, json: values.json });
  if (files === undefined) return 1;
  const down = downServers(values.down, files);
  const proxy = await askOrTell(values.against, files, terminal);
  if (proxy === 'unreachable') return 1;
  const headers = [...asked.headers, ...values.header.map(parseHeader)];
  const question = questionWith(wishesOf(values), { ...asked, headers }, files);
  const found = explain({ ...files, question, status: statusView(down, proxy?.status ?? new Map()) });
  const findings = [
    ...found.findings,
    ...unnoticedDown(found, down),
    ...(proxy === undefined ? [] : [runsOtherwise(proxy)]),
    ...(logged === undefined ? [] : [compareWithLog(found, logged.logged)]),
    ...(asked.notes ?? []).map(noted),
  ];
  return printResult({ ...found, findings }, { values, terminal });
};

/** `[METHOD] URL-or-PATH`, in this order. */
const askedBy = (positionals: readonly string[]): Asked => {
  const [first, second, ...more] = positionals;
  if (first === undefined) throw new Misuse('which request? Write a path such as /mcp, or use --log or --curl');
  if (more.length > 0)
    throw new Misuse(`a request is a method and a URL; ${JSON.stringify(more[0])} is an argument too many`);
  if (second === undefined) return { method: undefined, url: first, headers: [] };
  if (!/^[A-Za-z]+$/.test(first))
    throw new Misuse(`${JSON.stringify(first)} is not a method: write GET, POST or DELETE before the URL`);
  return { method: first.toUpperCase(), url: second, headers: [] };
};

const wishesOf = (values: Values) => ({
  entryPoint: values['entry-point'],
  from: values.from,
  session: values.session,
  cookie: values.cookie,
  withoutCookie: values['without-cookie'],
  withoutSession: values['without-session'],
});

const askOrTell = async (
  url: string | undefined,
  files: TraefikFiles,
  terminal: Terminal,
): Promise<RunningProxy | undefined | 'unreachable'> => {
  if (url === undefined) return undefined;
  if (!URL.canParse(url))
    throw new Misuse(`--against takes a URL such as http://127.0.0.1:8080, not ${JSON.stringify(url)}`);
  try {
    return await askProxy(url, files);
  } catch (error) {
    if (!(error instanceof ProxyUnreachable)) throw error;
    terminal.complain(error.message);
    return 'unreachable';
  }
};

const printResult = (
  explanation: Explanation & { readonly findings: readonly Finding[] },
  { values, terminal }: { readonly values: Values; readonly terminal: Terminal },
): ExitCode => {
  terminal.print(values.json ? JSON.stringify(explanation) : explanationText(explanation, paintWith(terminal.color)));
  const reached =
    explanation.outcome === 'server' && !explanation.findings.some(({ code }) => code === 'down-unnoticed');
  return reached || explanation.outcome === 'internal' ? 0 : 1;
};
