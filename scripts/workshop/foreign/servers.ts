import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClusterOptions } from '../../cluster/cluster.ts';
import { snippetOf } from './snippets.ts';

type Call = { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };

/** Undefined: it cannot do that. */
export type StdioAsked = {
  readonly progress?: Call;
  /** Calls during which the server asks its client; the client's reply is in the answer. */
  readonly asking?: Readonly<Record<'sampling' | 'elicitation', Call>>;
  /** After this call it sends its client a message now and then, while no call runs. */
  readonly later?: Call;
};

/** A third-party server, as its package registry has it. */
export type ForeignServer = {
  readonly name: string;
  readonly install: readonly (readonly [string, ...string[]])[];
  readonly command: NonNullable<ClusterOptions['command']>;
  /**
   * Its session ids name their node, so it stands behind Traefik directly. It is the program of the page on servers.
   */
  readonly snippet?: { readonly language: string; readonly file: string };
  /** A program that we compile. */
  readonly source?: { readonly from: string; readonly file: string };
  /** Runs over stdio; further requests to test. */
  readonly stdio?: StdioAsked;
  /** `sum`: finds n in its n-th answer, which requires state in the session. */
  readonly call: Call & { readonly sum?: RegExp };
  /** A call with an argument of this many characters; undefined: its server accepts none this large. */
  readonly large?: (text: string) => Call;
};

const FOLDER = join(tmpdir(), 'mooring-foreign');
const at = (...path: string[]): string => join(FOLDER, ...path);
const ours = (file: string): string => fileURLToPath(new URL(`servers/${file}`, import.meta.url));

const ADD: ForeignServer['call'] = { name: 'add', arguments: { n: 1 }, sum: /^(\d+)$/ };
export const WHOAMI: ForeignServer['call'] = { name: 'whoami', arguments: {} };
const ECHO: ForeignServer['call'] = { name: 'echo', arguments: { message: 'hello' } };
const length = (text: string): Call => ({ name: 'length', arguments: { text } });
const echo = (message: string): Call => ({ name: 'echo', arguments: { message } });

const NEXT = '() => (globalThis.n = (globalThis.n ?? 0) + 1)';
/** What a page stores. */
const PAGE: ForeignServer['call'] = {
  name: 'browser_evaluate',
  arguments: { function: NEXT },
  sum: /Result\n(\d+)/,
};
const PLAYWRIGHT = ['--headless', '--isolated', '--no-sandbox', '--executable-path', '/usr/bin/chromium'];

const OURS: StdioAsked = {
  progress: { name: 'work', arguments: { steps: 5 } },
  asking: {
    sampling: { name: 'ask_model', arguments: {} },
    elicitation: { name: 'ask_user', arguments: {} },
  },
  later: { name: 'later', arguments: {} },
};

const npm = (...packages: string[]) => [['npm', 'install', '--no-audit', '--no-fund', ...packages]] as const;
const pip = (venv: string, ...packages: string[]) =>
  [
    ['python3', '-m', 'venv', '--clear', at(venv)],
    [at(venv, 'bin', 'pip'), '--quiet', '--disable-pip-version-check', 'install', ...packages],
  ] as const;

const goSteps = (folder: string) =>
  [
    ['go', '-C', at(folder), 'get', 'github.com/modelcontextprotocol/go-sdk@v1.8.0'],
    ['go', '-C', at(folder), 'mod', 'tidy'],
    ['go', '-C', at(folder), 'build', '-o', at(`${folder}-server`), '.'],
  ] as const;

const EVERYTHING = at('node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js');
const EVERYTHING_PACKAGE = '@modelcontextprotocol/server-everything@2026.8.31';

export const SERVERS: readonly ForeignServer[] = [
  {
    name: 'server-everything',
    install: npm(EVERYTHING_PACKAGE),
    command: [process.execPath, EVERYTHING, 'streamableHttp'],
    call: ECHO,
    large: echo,
  },
  {
    name: 'python',
    install: pip('python', 'mcp==2.3.0'),
    command: [at('python', 'bin', 'python'), ours('python-server.py'), '{port}'],
    call: ADD,
    large: length,
  },
  {
    name: 'fastmcp',
    install: pip('fastmcp', 'fastmcp==4.2.3'),
    command: [at('fastmcp', 'bin', 'python'), ours('fastmcp-server.py'), '{port}'],
    call: ADD,
    large: length,
  },
  {
    name: 'supergateway',
    install: npm('supergateway@4.0.0', EVERYTHING_PACKAGE),
    command: [
      at('node_modules', '.bin', 'supergateway'),
      ...[
        '--stdio',
        `"${process.execPath}" "${EVERYTHING}" stdio`,
        '--outputTransport',
        'streamableHttp',
        '--stateful',
      ],
      ...['--port', '{port}'],
    ],
    call: ECHO,
  },
  {
    name: 'mcp-proxy',
    install: [...pip('mcp-proxy', 'mcp-proxy==0.13.0'), ...npm(EVERYTHING_PACKAGE)],
    command: [at('mcp-proxy', 'bin', 'mcp-proxy'), '--port', '{port}', '--', process.execPath, EVERYTHING, 'stdio'],
    call: ECHO,
    large: echo,
  },
  {
    name: 'playwright',
    install: npm('@playwright/mcp@0.0.83'),
    command: [at('node_modules', '.bin', 'playwright-mcp'), ...PLAYWRIGHT, '--host', '{host}', '--port', '{port}'],
    call: PAGE,
  },
  {
    name: 'typescript-ids',
    install: npm('@modelcontextprotocol/sdk@1.32.2'),
    command: [process.execPath, at('typescript-ids.mjs')],
    snippet: { language: 'ts', file: at('typescript-ids.mjs') },
    call: WHOAMI,
  },
  {
    name: 'go-ids',
    install: goSteps('go-ids'),
    command: [at('go-ids-server')],
    snippet: { language: 'go', file: at('go-ids', 'main.go') },
    call: WHOAMI,
  },
  {
    name: 'everything-stdio',
    install: npm(EVERYTHING_PACKAGE),
    command: [process.execPath, EVERYTHING, 'stdio'],
    stdio: {
      progress: { name: 'trigger-long-running-operation', arguments: { duration: 0.1, steps: 5 } },
      asking: {
        sampling: { name: 'trigger-sampling-request', arguments: { prompt: 'Who are you?' } },
        elicitation: { name: 'trigger-elicitation-request', arguments: {} },
      },
      later: { name: 'toggle-simulated-logging', arguments: {} },
    },
    call: ECHO,
    large: echo,
  },
  {
    name: 'python-stdio',
    install: pip('python', 'mcp==2.3.0'),
    command: [at('python', 'bin', 'python'), ours('python-stdio.py')],
    stdio: OURS,
    call: ADD,
    large: echo,
  },
  {
    name: 'go-stdio',
    install: goSteps('go-stdio'),
    command: [at('go-stdio-server')],
    source: { from: ours('go-stdio.go'), file: at('go-stdio', 'main.go') },
    stdio: OURS,
    call: ADD,
    large: echo,
  },
  {
    name: 'playwright-stdio',
    install: npm('@playwright/mcp@0.0.83'),
    command: [at('node_modules', '.bin', 'playwright-mcp'), ...PLAYWRIGHT],
    stdio: {},
    call: PAGE,
  },
];

/** Installed once, outside the project, and again for another version. */
export const install = ({ name, install: steps, snippet, source }: ForeignServer): void => {
  mkdirSync(FOLDER, { recursive: true });
  const program = source ? readFileSync(source.from, 'utf8') : snippet && snippetOf(snippet.language);
  const [mark, wanted] = [at(`${name}.json`), JSON.stringify([steps, program])];
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  if (!existsSync(at('package.json'))) writeFileSync(at('package.json'), '{"private":true}');
  const file = (source ?? snippet)?.file;
  if (file !== undefined) writeProgram(file, program!);
  for (const [command, ...args] of steps)
    execFileSync(command, args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(mark, wanted);
};

const writeProgram = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (file.endsWith('.go')) writeFileSync(join(dirname(file), 'go.mod'), 'module server\n');
};

/** The folder of the Python SDK, once it is installed. */
export const PYTHON = SERVERS.find(({ name }) => name === 'python')!;
