import { basename, join } from 'node:path';
import { formatProblems } from '../../shared/source/format-problems.ts';
import { nearest } from '../../shared/source/nearest.ts';
import type { Problem } from '../../shared/source/place.ts';
import { hazardProblems } from '../../shared/topology/hazard-problems.ts';
import { hazardsOf } from '../../shared/topology/hazards.ts';
import { readTopology } from '../../shared/topology/read-topology.ts';
import { hazardsAfter } from '../../shared/traefik/routes-before.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import type { Terminal } from '../cli/terminal.ts';
import { DEV, type Deployment, deploymentOf, lockedWhereWritable, topologyText } from '../deployment/deployment.ts';
import { compareFiles, type FileChange, writeFiles } from './change-files.ts';
import { changesText } from './report.ts';
import { TARGET_NAMES, targetFiles } from './targets.ts';

const usage = `Usage: npm run generate -- [--topology FILE] [--out DIR] [--target TARGET] [--check]

Writes Traefik's configuration from a topology. Writes nothing if the topology has a problem, and does not touch files
that are up to date.

  --topology FILE       the topology (${DEV})
  --out DIR             where to write (config/ for ${DEV}; for others a folder of the same name beside the file)
  --target TARGET       ${TARGET_NAMES.join(', ')} (file)
  --dynamic-file PATH   where Traefik finds dynamic.yml, if not in DIR
  --check               write nothing; show how the files differ from the generated ones
  --json                one JSON object on stdout
  --help                this text

Examples:
  npm run generate
  npm run generate -- --topology config/production.yaml --check

Exits with 0 when all is well, 1 for a problem in the topology or a difference found by --check, 2 for wrong usage.`;

const OPTIONS = {
  topology: { type: 'string', default: DEV },
  out: { type: 'string' },
  target: { type: 'string', default: 'file' },
  'dynamic-file': { type: 'string' },
  check: { type: 'boolean', default: false },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: "writes Traefik's configuration from a topology",
  usage,
  options: OPTIONS,
  run: ({ values, terminal }) => generate(values, terminal),
});

const generate = (values: Values, terminal: Terminal): Promise<ExitCode> => {
  const { target, check } = values;
  if (!TARGET_NAMES.includes(target)) throw new Misuse(noTarget(target));
  const deployment = deploymentOf(values);
  const run = () => generateFrom(deployment, values, terminal);
  // Locked: a drain that changes the topology during this read would be overwritten.
  return check ? run() : lockedWhereWritable(deployment, run);
};

const generateFrom = async (
  { file, folder: out }: Deployment,
  values: Values,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { target } = values;
  const text = await topologyText(file);
  const { topology, problems } = readTopology(text, file);
  const found = topology === undefined ? problems : hazardProblems(hazardsOf(topology), text, file);
  if (topology === undefined || found.some(({ kind }) => kind === 'error'))
    return refuse({ found, file, text, terminal, json: values.json });
  const options = { dynamicFile: values['dynamic-file'] ?? join(out, 'dynamic.yml'), source: file };
  const changes = await compareFiles(out, await targetFiles(target, topology, options));
  const failure = values.check ? undefined : await writeFiles(changes);
  if (failure !== undefined) {
    terminal.complain(
      `${failure}\n  help: choose another folder with --out, or give this user the right to write there`,
    );
    return 1;
  }
  const dynamic = changes.find(({ path }) => basename(path) === 'dynamic.yml')?.before ?? '';
  const changed = hazardProblems(hazardsAfter(dynamic, topology), text, file);
  report({ changes, found: [...found, ...changed], file, text, terminal, values, out });
  return values.check && changes.some(({ change }) => change !== 'none') ? 1 : 0;
};

const noTarget = (target: string): string => {
  const near = nearest(target, TARGET_NAMES);
  return `there is no target ${JSON.stringify(target)}${near === undefined ? '' : `; did you mean ${near}?`}`;
};

type Found = {
  readonly found: readonly Problem[];
  readonly file: string;
  readonly text: string;
  readonly terminal: Terminal;
};

const refuse = ({ json, ...rest }: Found & { readonly json: boolean }): 1 => {
  if (json) rest.terminal.print(JSON.stringify({ event: 'problems', problems: rest.found }));
  else rest.terminal.complain(`${problemsText(rest)}\n\nnothing was written`);
  return 1;
};

const problemsText = ({ found, file, text, terminal }: Found): string =>
  formatProblems(found, { color: terminal.color, sources: new Map([[file, text]]) });

type Outcome = Found & {
  readonly changes: readonly FileChange[];
  readonly values: Values;
  readonly out: string;
};

const report = ({ changes, values, out, ...rest }: Outcome): void => {
  const { terminal, found } = rest;
  if (values.json) {
    const files = changes.map(({ path, change, added, removed }) => ({ path, change, added, removed }));
    return terminal.print(JSON.stringify({ event: values.check ? 'checked' : 'generated', files, problems: found }));
  }
  if (found.length > 0) terminal.complain(`${problemsText(rest)}\n`);
  const { check, target, topology } = values;
  terminal.print(changesText(changes, { check, target, topology, out, color: terminal.color }));
};
