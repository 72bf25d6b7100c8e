#!/usr/bin/env node
import { createRequire } from 'node:module';
import type { Command } from './cli/command.ts';
import { keepCompiled } from './cli/compile-cache.ts';
import { openTerminal } from './cli/terminal.ts';

/** Loaded when asked for: no command waits for what another one needs. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  conformance: () => import('./conformance/command.ts'),
  dev: () => import('./dev/command.ts'),
  demo: () => import('./demo/command.ts'),
  simulate: () => import('./simulate/command.ts'),
  interop: () => import('./interop/command.ts'),
  generate: () => import('./generate/command.ts'),
  plan: () => import('./plan/command.ts'),
  drain: () => import('./drain/command.ts'),
  undrain: () => import('./undrain/command.ts'),
  explain: () => import('./explain/command.ts'),
  doctor: () => import('./doctor/command.ts'),
  cookie: () => import('./cookie/command.ts'),
  sessions: () => import('./sessions/command.ts'),
  logs: () => import('./logs/command.ts'),
  screenshots: () => import('./screenshots/command.ts'),
  'rolling-restart': () => import('./rolling-restart/command.ts'),
};

/** Each reads its own arguments and hears its own signals: this process becomes the program. */
const PROGRAMS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<unknown> }>> = {
  router: { summary: "routes as Traefik does, from Traefik's own files", load: () => import('../router/main.ts') },
  node: { summary: 'holds MCP sessions', load: () => import('../node/main.ts') },
};

const listOf = async (): Promise<string> => {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => ({ name, summary: (await load()).command.summary })),
  );
  const programs = Object.entries(PROGRAMS).map(([name, { summary }]) => ({ name, summary }));
  const rows = [...commands, ...programs].map(({ name, summary }) => `  ${name.padEnd(18)}${summary}`);
  return `Usage: mooring COMMAND [options]\n\nKeeps each MCP session at its node.\n\n${rows.join('\n')}\n\nmooring COMMAND --help tells more.`;
};

const versionOf = (): string =>
  (createRequire(import.meta.url)('mooring/package.json') as { readonly version: string }).version;

const runCommand = async (name: string, args: readonly string[]): Promise<void> => {
  const terminal = openTerminal();
  const load = COMMANDS[name];
  if (load !== undefined) {
    const { command } = await load();
    // What a command left open must not keep its caller waiting.
    process.exit(await command.run(args, terminal));
  }
  if (name === '--help' || name === '-h') return terminal.print(await listOf());
  if (name === '--version') return terminal.print(`mooring ${versionOf()}, on Node ${process.versions.node}`);
  terminal.complain(`mooring has no command ${JSON.stringify(name)}\n\n${await listOf()}`);
  process.exitCode = 2;
};

keepCompiled(process.env);
const [name = '--help', ...args] = process.argv.slice(2);
const program = PROGRAMS[name];
if (program === undefined) await runCommand(name, args);
else {
  process.argv.splice(2, 1);
  await program.load();
}
