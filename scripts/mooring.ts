#!/usr/bin/env node
import { createRequire } from 'node:module';
import { keepCompiled } from './cli/compile-cache.ts';
import { type Commands, dispatch } from './cli/dispatch.ts';

const COMMANDS: Commands = {
  dev: () => import('./dev/command.ts'),
  demo: () => import('./demo/command.ts'),
  simulate: () => import('./simulate/command.ts'),
  generate: () => import('./generate/command.ts'),
  plan: () => import('./plan/command.ts'),
  drain: () => import('./drain/command.ts'),
  undrain: () => import('./undrain/command.ts'),
  explain: () => import('./explain/command.ts'),
  doctor: () => import('./doctor/command.ts'),
  cookie: () => import('./cookie/command.ts'),
  sessions: () => import('./sessions/command.ts'),
  logs: () => import('./logs/command.ts'),
  'rolling-restart': () => import('./rolling-restart/command.ts'),
};

/** Each parses its own arguments and handles its own signals: this process becomes the program. */
const PROGRAMS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<unknown> }>> = {
  router: { summary: "routes as Traefik does, from Traefik's own files", load: () => import('../router/main.ts') },
  node: { summary: 'holds MCP sessions', load: () => import('../node/main.ts') },
};

const versionOf = (): string =>
  (createRequire(import.meta.url)('mooring/package.json') as { readonly version: string }).version;

keepCompiled(process.env);
const program = PROGRAMS[process.argv[2] ?? ''];
if (program !== undefined) {
  process.argv.splice(2, 1);
  await program.load();
} else
  await dispatch(process.argv.slice(2), {
    title: 'Usage: mooring COMMAND [options]\n\nKeeps each MCP session at its node.',
    commands: COMMANDS,
    others: Object.entries(PROGRAMS).map(([name, { summary }]) => [name, summary]),
    version: versionOf,
  });
