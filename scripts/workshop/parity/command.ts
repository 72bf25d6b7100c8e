import { AREAS } from '../../../router/parity/areas.ts';
import { differencesTable } from '../../../router/parity/differences-table.ts';
import { type Outcome, runAreas } from '../../../router/parity/run-areas.ts';
import type { SubjectKind } from '../../../router/parity/subject.ts';
import { TRAEFIK_VERSION } from '../../../shared/traefik/minors.ts';
import { noTraefik } from '../../../shared/traefik-binary.ts';
import { defineCommand, type Options, type ValuesOf } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';

const usage = `Usage: npm run parity -- [--only TEXT] [--subject router|traefik] [--verbose] [--json] [--differences]

Runs every parity case against the router and, where it is found, against Traefik ${TRAEFIK_VERSION}.

  --only TEXT      only the cases whose area and name contain TEXT
  --subject KIND   only this one of the two
  --verbose        every case, not only those that fail
  --json           one JSON object per line: a case, then the totals
  --differences    only prints the table of deliberate differences, as .github/DIFFERENCES.md shows it
  --help           this text

Traefik is looked for in TRAEFIK_BIN, then on the PATH.
Exits with 0 when all hold, 1 when some do not, 2 for wrong usage.`;

const OPTIONS = {
  only: { type: 'string', default: '' },
  subject: { type: 'string' },
  verbose: { type: 'boolean', default: false },
  differences: { type: 'boolean', default: false },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'every parity case, on the router and on real Traefik',
  usage,
  options: OPTIONS,
  run: async ({ values, terminal }) => {
    const subjects = subjectsOf(values.subject);
    if (values.differences) {
      terminal.print(differencesTable());
      return 0;
    }
    endOnInterrupt(terminal);
    let failed = 0;
    for (const subject of subjects) failed += await runCases(subject, values, terminal);
    return failed > 0 ? 1 : 0;
  },
});

const subjectsOf = (subject: string | undefined): readonly SubjectKind[] => {
  if (subject === undefined) return ['router', 'traefik'];
  if (subject !== 'router' && subject !== 'traefik') throw new Misuse(`--subject is router or traefik, not ${subject}`);
  return [subject];
};

/** How many cases do not hold. */
const runCases = async (subject: SubjectKind, { only, verbose, json }: Values, terminal: Terminal): Promise<number> => {
  const print = (event: object, line: string): void => terminal.print(json ? JSON.stringify(event) : line);
  const missing = subject === 'traefik' && noTraefik();
  if (missing) {
    print({ subject, skipped: true }, `traefik  skipped: ${missing}`);
    return 0;
  }
  const startedAt = Date.now();
  let passed = 0;
  let failed = 0;
  for await (const { area, name, error } of runAreas(subject, AREAS, only)) {
    if (error) failed++;
    else passed++;
    const event = { subject, area, name, ok: !error, ...(error && { error: error.message }) };
    if (error || verbose || json) print(event, lineOf({ area, name, error }));
  }
  const seconds = (Date.now() - startedAt) / 1000;
  print({ subject, passed, failed, seconds }, `${subject}  ${passed} hold, ${failed} do not (${seconds.toFixed(1)} s)`);
  return failed;
};

const lineOf = ({ area, name, error }: Outcome): string =>
  `${error ? 'FAIL' : 'ok  '} ${area}: ${name}${error ? `\n${error.message.replace(/^/gm, '      ')}` : ''}`;
