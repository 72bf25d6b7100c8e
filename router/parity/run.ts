import { parseArgs } from 'node:util';
import { findTraefik, TRAEFIK_VERSION } from '../../shared/traefik-binary.ts';
import { AREAS } from './areas.ts';
import { differencesTable } from './differences.ts';
import { runAreas } from './run-areas.ts';
import type { SubjectKind } from './subject.ts';

const USAGE = `Runs every parity case against the router and, where it is found, against Traefik ${TRAEFIK_VERSION}.

  npm run parity -- [--only TEXT] [--subject router|traefik] [--verbose] [--json] [--differences]

  --only TEXT      only the cases whose area and name contain TEXT
  --subject KIND   only this one of the two
  --verbose        every case, not only those that fail
  --json           one JSON object a line: a case, then the totals
  --differences    only prints the table of deliberate differences, as .github/DIFFERENCES.md shows it

Traefik is looked for in TRAEFIK_BIN, then on the PATH. Exit code 0: all hold; 1: some do not; 2: misuse.
`;

const readArguments = () => {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: '' },
        subject: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        differences: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values.subject === undefined || /^(router|traefik)$/.test(values.subject) ? values : undefined;
  } catch {
    return undefined;
  }
};

const main = async (): Promise<number> => {
  const options = readArguments();
  if (options === undefined || options.help) {
    process.stderr.write(USAGE);
    return options?.help ? 0 : 2;
  }
  if (options.differences) {
    console.log(differencesTable());
    return 0;
  }
  const say = (event: object, line: string): void => console.log(options.json ? JSON.stringify(event) : line);
  const subjects = options.subject ? [options.subject as SubjectKind] : (['router', 'traefik'] as const);
  let failed = 0;
  for (const subject of subjects) {
    if (subject === 'traefik' && findTraefik() === undefined) {
      say({ subject, skipped: true }, `traefik  skipped: no Traefik ${TRAEFIK_VERSION} in TRAEFIK_BIN or on the PATH`);
      continue;
    }
    const startedAt = Date.now();
    let passed = 0;
    let wrong = 0;
    for await (const { area, name, error } of runAreas(subject, AREAS, options.only)) {
      if (error) wrong++;
      else passed++;
      const verdict = error ? 'FAIL' : 'ok  ';
      const shown = error ? `\n${error.message.replace(/^/gm, '      ')}` : '';
      if (error || options.verbose || options.json)
        say(
          { subject, area, name, ok: !error, ...(error && { error: error.message }) },
          `${verdict} ${area}: ${name}${shown}`,
        );
    }
    failed += wrong;
    const seconds = (Date.now() - startedAt) / 1000;
    say(
      { subject, passed, failed: wrong, seconds },
      `${subject}  ${passed} hold, ${wrong} do not (${seconds.toFixed(1)} s)`,
    );
  }
  return failed > 0 ? 1 : 0;
};

process.exitCode = await main();
