import { join } from 'node:path';
import { defineCommand } from '../../cli/command.ts';
import { buildInto, ROOT } from './build.ts';

const usage = `Usage: npm run prepack

Compiles the package into a fresh dist/. npm pack runs it first, so it prints nothing.

  --json   one JSON object
  --help   this text

Exits with 0, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'compiles what the package holds into dist/; npm pack runs it',
  usage,
  options: {},
  run: async ({ values, terminal }) => {
    const folder = join(ROOT, 'dist');
    await buildInto(folder);
    if (values.json) terminal.print(JSON.stringify({ event: 'compiled', folder }));
    return 0;
  },
});
