import type { SubjectKind } from '../../../router/parity/subject.ts';
import { TRAEFIK_VERSION } from '../../../shared/traefik/minors.ts';
import { noTraefik } from '../../../shared/traefik-binary.ts';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { AREAS } from './areas.ts';
import { type Listener, runArea, type Told } from './run-suite.ts';
import { rowsOf, tableText, totalOf } from './table.ts';
import { HEAP_OPTION } from './watched.ts';

const USAGE = `Usage: npm run hostile -- [--seed N] [--only AREA] [--against router,traefik] [--mutations N] [--json]

Hostile clients, servers, files and protocols, to the router and nodes as processes, and to Traefik ${TRAEFIK_VERSION} where
it is found. After each case: no process has ended, nothing was uncaught, an honest request is answered; after each
area descriptors and heap are back where they were.

  --seed N        of the mutations; the same seed brings the same ones again (1)
  --only AREA     of ${AREAS.map(({ name }) => name).join(', ')}; more than one with a comma between
  --against LIST  router, traefik or both (router,traefik)
  --mutations N   streams of mutated requests (2000)
  --json          one JSON object a case, then the table
  --help          this text

Exit codes: 0 all held, 1 something did not, 2 wrong use of this command.`;

const PROGRESS_MS = 2_000;

export const command = defineCommand({
  summary: 'hostile clients, servers and files, against the router, nodes and real Traefik',
  usage: USAGE,
  options: {
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    against: { type: 'string', default: 'router,traefik' },
    mutations: { type: 'string', default: '2000' },
  },
  run: async ({ values, terminal }) => {
    const wanted = against(values.against);
    const areas = areasOf(values.only);
    const settings = {
      seed: wholeNumber('--seed', values.seed, { least: 0, most: 4_000 }),
      mutations: wholeNumber('--mutations', values.mutations, { most: 4_000_000 }),
      signal: terminal.signal,
    };
    endOnInterrupt(terminal);
    // Processes started from here on can report what they hold.
    process.env.NODE_OPTIONS = [process.env.NODE_OPTIONS, HEAP_OPTION].filter(Boolean).join(' ');
    const told: Told[] = [];
    const listener = listenerOf({ terminal, json: values.json, told });
    const missing = wanted.includes('traefik') && noTraefik();
    if (missing) terminal.complain(`${missing}; only the router is asked`);
    const present = wanted.filter((one) => one === 'router' || !missing);
    for (const area of areas) {
      const subjects = present.filter((one) => area.subjects.includes(one));
      for (const subject of area.together ? subjects.slice(0, 1) : subjects)
        await runArea(area, subject, { settings: { ...settings, against: subjects }, listener });
    }
    const total = totalOf(told);
    terminal.print(
      values.json ? JSON.stringify({ event: 'end', rows: rowsOf(told), total, differs: differsOf(told) }) : end(told),
    );
    return total.failed > 0 ? 1 : 0;
  },
});

const NAMES = AREAS.map(({ name }) => name).join(', ');

const areasOf = (only: string | undefined): typeof AREAS => {
  if (only === undefined) return AREAS;
  const names = only.split(',');
  if (names.every((name) => AREAS.some((area) => area.name === name)))
    return AREAS.filter(({ name }) => names.includes(name));
  throw new Misuse(`--only takes of ${NAMES}, not ${only}`);
};

const against = (text: string): readonly SubjectKind[] => {
  const names = [...new Set(text.split(','))];
  for (const name of names)
    if (name !== 'router' && name !== 'traefik')
      throw new Misuse(`--against takes router, traefik or both, not ${text}`);
  return names as SubjectKind[];
};

type Output = { readonly terminal: Terminal; readonly json: boolean; readonly told: Told[] };

const listenerOf = ({ terminal, json, told }: Output): Listener => {
  let latest = Number.NEGATIVE_INFINITY;
  return {
    told: (one) => {
      told.push(one);
      terminal.print(json ? JSON.stringify({ event: 'case', ...one }) : line(one));
    },
    progress: (text) => {
      const now = performance.now();
      if (json || now - latest < PROGRESS_MS) return;
      latest = now;
      terminal.print(`…    ${text}`);
    },
  };
};

const line = ({ area, subject, name, faults, saw, seconds, error }: Told): string =>
  `${error === undefined ? 'ok  ' : 'FAIL'} ${area}, ${subject}: ${name}${faults > 1 ? ` (${faults})` : ''}${seconds >= 1 ? `, ${seconds} s` : ''}${saw && `: ${saw}`}${
    error === undefined ? '' : `\n${error.replace(/^/gm, '      ')}`
  }`;

const differsOf = (told: readonly Told[]): Readonly<Record<string, number>> => {
  const all: Record<string, number> = {};
  for (const { differs } of told) for (const [id, times] of Object.entries(differs)) all[id] = (all[id] ?? 0) + times;
  return all;
};

const end = (told: readonly Told[]): string => {
  const differs = Object.entries(differsOf(told)).sort(([, a], [, b]) => b - a);
  return [
    '',
    tableText(told),
    ...(differs.length === 0
      ? []
      : ['', 'known differences met:', ...differs.map(([id, times]) => `  ${String(times).padStart(6)}  ${id}`)]),
  ].join('\n');
};
