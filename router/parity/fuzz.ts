import { parseArgs } from 'node:util';
import { findTraefik, TRAEFIK_VERSION } from '../../shared/traefik-binary.ts';
import { type Difference, runCampaign } from './fuzz/campaign.ts';
import { bytesOf } from './fuzz/request.ts';

const USAGE = `Asks the router and Traefik ${TRAEFIK_VERSION} the same random requests over the same random configurations.

  npm run fuzz -- [--requests N] [--seed N] [--most N] [--json]

  --requests N   how many requests (300)
  --seed N       where the random worlds begin; each difference names the seed that gives it first
  --most N       ends after so many differences (5)
  --json         one JSON object a line

Traefik is looked for in TRAEFIK_BIN, then on the PATH. Exit code 0: no difference; 1: some; 2: misuse, or no Traefik.
`;

const DEFAULTS = { requests: 300, seed: 1, most: 5 };

const readArguments = () => {
  try {
    const { values } = parseArgs({
      options: {
        requests: { type: 'string' },
        seed: { type: 'string' },
        most: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const number = (name: keyof typeof DEFAULTS): number => Number(values[name] ?? DEFAULTS[name]);
    const read = { ...values, requests: number('requests'), seed: number('seed'), most: number('most') };
    return [read.requests, read.seed, read.most].every(Number.isSafeInteger) ? read : undefined;
  } catch {
    return undefined;
  }
};

const show = ({ seed, config, request, seen }: Difference): string =>
  [
    `difference, first seen with --seed ${seed}`,
    `request to ${request.entryPoint}:`,
    JSON.stringify(bytesOf(request)),
    'configuration:',
    JSON.stringify(config, null, 1),
    'Traefik:',
    ...seen.traefik.map((one) => JSON.stringify(one)),
    'router:',
    ...seen.router.map((one) => JSON.stringify(one)),
    '',
  ].join('\n');

const main = async (): Promise<number> => {
  const options = readArguments();
  if (options === undefined || options.help) {
    process.stderr.write(USAGE);
    return options?.help ? 0 : 2;
  }
  if (findTraefik() === undefined) {
    console.error(`no Traefik ${TRAEFIK_VERSION} in TRAEFIK_BIN or on the PATH`);
    return 2;
  }
  const { requests, differences } = await runCampaign({
    ...options,
    onDifference: (difference) => console.log(options.json ? JSON.stringify(difference) : show(difference)),
  });
  const total = { requests, differences: differences.length };
  console.log(options.json ? JSON.stringify(total) : `${requests} requests, ${differences.length} differences`);
  return differences.length > 0 ? 1 : 0;
};

process.exitCode = await main();
