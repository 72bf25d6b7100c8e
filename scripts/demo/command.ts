import { visible } from '../../shared/terminal-text.ts';
import { defineCommand, type ExitCode } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import type { Terminal } from '../cli/terminal.ts';
import { wholeNumber } from '../cli/whole-number.ts';
import { clientsText, type DemoEvent, type DemoState, summaryText } from './demo-state.ts';
import { startDemo } from './start-demo.ts';

const usage = `Usage: npm run demo [-- --url URL] [--clients 12] [--seconds 60] [--json]

Runs real clients of the MCP SDK on a running cluster (npm run dev): c1, c3, ... with cookies and c2, c4, ... without.
They open sessions, call tools and hold streams. Prints which client is on which node whenever that changes.

  --url URL        the MCP endpoint (http://127.0.0.1:8080/mcp)
  --clients N      how many, up to 200 (12)
  --seconds N      stop after this time; otherwise at Ctrl-C
  --json           one JSON object per event
  --help           this text

Examples:
  npm run demo
  npm run demo -- --clients 40 --seconds 30 --json

Exits with 0 when every call succeeded, 1 when some failed or no client got a session, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'runs real clients on a running cluster',
  usage,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080/mcp' },
    clients: { type: 'string', default: '12' },
    seconds: { type: 'string' },
  },
  run: async ({ values, terminal }) => {
    const clients = wholeNumber('--clients', values.clients, { most: 200 });
    const seconds =
      values.seconds === undefined ? undefined : wholeNumber('--seconds', values.seconds, { most: 86_400 });
    return run({ url: urlOf(values.url), clients, seconds, json: values.json }, terminal);
  },
});

type Options = {
  readonly url: string;
  readonly clients: number;
  readonly seconds: number | undefined;
  readonly json: boolean;
};

/** A burst of changes is printed once. */
const QUIET_MS = 150;

const run = async ({ url, clients, seconds, json }: Options, terminal: Terminal): Promise<ExitCode> => {
  const print = json ? () => undefined : terminal.print;
  print(`${clients} clients of ${url}${seconds === undefined ? ', until Ctrl-C' : `, for ${seconds} s`}`);
  const limits = seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)];
  const printer = new DemoPrinter(print);
  const state = await startDemo({
    url,
    clients,
    signal: AbortSignal.any([terminal.signal, ...limits]),
    onEvent: (event, now) => {
      if (json) return terminal.print(JSON.stringify({ event: event.kind, ...withoutKind(event) }));
      printer.happened(event, now);
    },
  });
  printer.end();
  if (json) terminal.print(JSON.stringify({ event: 'summary', ...state, seats: Object.fromEntries(state.seats) }));
  print(summaryText(state));
  const nobody = state.seats.size === 0 && !terminal.signal.aborted;
  if (nobody) terminal.complain(`no client got a session at ${url}: is the cluster up? npm run dev starts one`);
  return state.failed === 0 && !nobody ? 0 : 1;
};

const withoutKind = ({ kind: _, ...rest }: DemoEvent): object => rest;

/** Lines for people: failures at once, but only once in a row; the clients of each node once they stop moving. */
class DemoPrinter {
  readonly #print: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #last = '';

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  happened(event: DemoEvent, state: DemoState): void {
    if (event.kind === 'lost') return this.#once(`  sessions lost: ${event.reason}; their clients open new ones`);
    if (event.kind === 'trouble') return this.#once(`  ${visible(event.message)}`);
    if (event.kind !== 'seated') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#once(clientsText(state)), QUIET_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #once(line: string): void {
    if (line === this.#last) return;
    this.#last = line;
    this.#print(line);
  }
}

const urlOf = (text: string): string => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new Misuse(`--url ${text}: write a URL such as http://127.0.0.1:8080/mcp`);
  return text;
};
