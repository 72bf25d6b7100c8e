import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnce, type Run } from '../install.ts';
import { snippetOf } from './snippets.ts';

type Need = keyof typeof INSTALLATIONS;

export type ForeignServer = {
  readonly name: string;
  /** `command`: by the command of npm run dev, as it comes. `ids`: its ids name their node, and Traefik is all it needs. */
  readonly kind: 'command' | 'ids';
  readonly needs: readonly Need[];
  readonly command: readonly [string, ...string[]];
  /** What it is asked; without one its list of tools. */
  readonly tool?: { readonly name: string; readonly arguments: Record<string, unknown> } | undefined;
};

/** Outside the project; each of these is a folder in it. */
const FOLDER = join(tmpdir(), 'mooring-foreign');

const npm =
  (...packages: readonly string[]) =>
  (run: Run, folder: string): void => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    run('npm', ['install', '--no-audit', '--no-fund', ...packages]);
  };

/** Each has an environment of its own: they want different versions of `mcp`. */
const pip = (version: string) => (run: Run, folder: string) => {
  run('python3', ['-m', 'venv', 'venv']);
  run(join(folder, 'venv/bin/python'), ['-m', 'pip', '-q', '--disable-pip-version-check', 'install', version]);
};

const go = (version: string) => (run: Run, folder: string) => {
  writeFileSync(join(folder, 'main.go'), snippetOf('go'));
  writeFileSync(join(folder, 'go.mod'), 'module whoami\n');
  run('go', ['get', version]);
  run('go', ['mod', 'tidy']);
  run('go', ['build', '-o', 'server', '.']);
};

/** Of these versions the page on servers speaks. */
const INSTALLATIONS = {
  typescript: (run: Run, folder: string) => {
    npm('@modelcontextprotocol/sdk@1.32.2')(run, folder);
    writeFileSync(join(folder, 'server.mjs'), snippetOf('ts'));
  },
  everything: npm('@modelcontextprotocol/server-everything@2026.8.31'),
  playwright: npm('@playwright/mcp@0.0.83'),
  supergateway: npm('supergateway@4.0.0'),
  python: pip('mcp==2.3.0'),
  fastmcp: pip('fastmcp==4.2.3'),
  'mcp-proxy': pip('mcp-proxy==0.13.0'),
  go: go('github.com/modelcontextprotocol/go-sdk@v1.8.0'),
};

/** On first use, which takes some minutes. */
export const installServers = (servers: readonly ForeignServer[], complain: (text: string) => void): void => {
  for (const need of new Set(servers.flatMap(({ needs }) => needs))) {
    const folder = join(FOLDER, need);
    const install = INSTALLATIONS[need];
    mkdirSync(folder, { recursive: true });
    const names = SERVERS.filter(({ needs }) => needs.includes(need)).map(({ name }) => name);
    // What is built of the page is built anew when the page changes.
    const versions = [names, need === 'go' || need === 'typescript' ? snippetOf(need === 'go' ? 'go' : 'ts') : ''];
    installOnce({ folder, versions, complain, install: (run) => install(run, folder) });
  }
};

const bin = (need: Need, name: string): string => join(FOLDER, need, 'node_modules/.bin', name);
const venv = (need: Need, program: string): string => join(FOLDER, need, 'venv/bin', program);
const ours = (name: string): string => fileURLToPath(new URL(`servers/${name}`, import.meta.url));

/** Where `npm run foreign` has installed the Python SDK. */
export const PYTHON = venv('python', 'python');
export const PYTHON_SERVER = ours('python-server.py');
export const WHOAMI = { name: 'whoami', arguments: {} };

const ECHO = { name: 'echo', arguments: { message: 'hello' } };
const EVERYTHING = bin('everything', 'mcp-server-everything');

export const SERVERS: readonly ForeignServer[] = [
  { name: 'Python mcp 2.3.0', kind: 'command', needs: ['python'], command: [PYTHON, PYTHON_SERVER], tool: WHOAMI },
  {
    name: 'FastMCP 4.2.3',
    kind: 'command',
    needs: ['fastmcp'],
    command: [venv('fastmcp', 'python'), ours('fastmcp-server.py')],
    tool: WHOAMI,
  },
  {
    name: 'server-everything 2026.8.31',
    kind: 'command',
    needs: ['everything'],
    command: [EVERYTHING, 'streamableHttp'],
    tool: ECHO,
  },
  {
    name: '@playwright/mcp 0.0.83',
    kind: 'command',
    needs: ['playwright'],
    command: [bin('playwright', 'playwright-mcp'), '--headless', '--port', '{port}'],
  },
  {
    name: 'supergateway 4.0.0',
    kind: 'command',
    needs: ['supergateway', 'everything'],
    command: [
      ...([bin('supergateway', 'supergateway'), '--outputTransport', 'streamableHttp', '--stateful'] as const),
      ...['--port', '{port}', '--stdio', EVERYTHING],
    ],
    tool: ECHO,
  },
  {
    name: 'mcp-proxy 0.13.0',
    kind: 'command',
    needs: ['mcp-proxy', 'everything'],
    command: [venv('mcp-proxy', 'mcp-proxy'), '--host={host}', '--port={port}', EVERYTHING],
    tool: ECHO,
  },
  {
    name: 'TypeScript SDK 1.32.2',
    kind: 'ids',
    needs: ['typescript'],
    command: [process.execPath, join(FOLDER, 'typescript/server.mjs')],
    tool: WHOAMI,
  },
  { name: 'Go SDK 1.8.0', kind: 'ids', needs: ['go'], command: [join(FOLDER, 'go/server')], tool: WHOAMI },
];
