import type { Command } from './cli/command.ts';
import { openTerminal } from './cli/terminal.ts';

/** Loaded when asked for: no command waits for what another one needs. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  conformance: () => import('./conformance/command.ts'),
  dev: () => import('./dev/command.ts'),
  demo: () => import('./demo/command.ts'),
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

const listOf = async (): Promise<string> => {
  const rows = Object.entries(COMMANDS).map(
    async ([name, load]) => `  ${name.padEnd(18)}${(await load()).command.summary}`,
  );
  return `Usage: mooring COMMAND [options]\n\nKeeps each MCP session at its node.\n\n${(await Promise.all(rows)).join('\n')}\n\nmooring COMMAND --help tells more.`;
};

const [name = '--help', ...args] = process.argv.slice(2);
const terminal = openTerminal();
const load = COMMANDS[name];
if (load !== undefined) {
  const { command } = await load();
  // What a command left open must not keep its caller waiting.
  process.exit(await command.run(args, terminal));
}
if (name === '--help' || name === '-h') terminal.print(await listOf());
else {
  terminal.complain(`mooring has no command ${JSON.stringify(name)}\n\n${await listOf()}`);
  process.exitCode = 2;
}
