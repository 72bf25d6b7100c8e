import { type Difference, runCampaign } from '../../../router/parity/fuzz/campaign.ts';
import { bytesOf } from '../../../router/parity/fuzz/request.ts';
import { TRAEFIK_VERSION } from '../../../shared/traefik/minors.ts';
import { noTraefik } from '../../../shared/traefik-binary.ts';
import { defineCommand } from '../../cli/command.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';

const usage = `Usage: npm run fuzz -- [--requests N] [--seed N] [--most N] [--json]

Sends the same random requests to the router and to Traefik ${TRAEFIK_VERSION}, both with the same random configurations.

  --requests N   how many requests (300)
  --seed N       first seed; each difference is reported with the seed that reproduces it (1)
  --most N       stop after so many differences (5)
  --json         one JSON object per line
  --help         this text

Traefik is looked for in TRAEFIK_BIN, then on the PATH.
Exits with 0 when there is no difference, 1 when there are some, 2 for wrong use or without Traefik.`;

export const command = defineCommand({
  summary: 'random requests over random configurations, to the router and to real Traefik',
  usage,
  options: {
    requests: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    most: { type: 'string', default: '5' },
  },
  run: async ({ values, terminal }) => {
    const wanted = {
      requests: wholeNumber('--requests', values.requests),
      seed: wholeNumber('--seed', values.seed, { least: 0 }),
      most: wholeNumber('--most', values.most),
    };
    const missing = noTraefik();
    if (missing) {
      terminal.complain(missing);
      return 2;
    }
    endOnInterrupt(terminal);
    const { requests, differences } = await runCampaign({
      ...wanted,
      onDifference: (one) => terminal.print(values.json ? JSON.stringify(one) : differenceText(one)),
    });
    const total = { requests, differences: differences.length };
    terminal.print(values.json ? JSON.stringify(total) : `${requests} requests, ${total.differences} differences`);
    return total.differences > 0 ? 1 : 0;
  },
});

const differenceText = ({ seed, config, request, seen }: Difference): string =>
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
