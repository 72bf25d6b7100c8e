/** The texts of the command. */
export const USAGE = `Usage: npm run router -- --configfile FILE [options]

Runs a router from Traefik's configuration files. It behaves as Traefik does.

  --configfile FILE  Traefik's static configuration (YAML); it names the dynamic files
  --check            only read the files and report every problem
  --lenient          skip what is not supported, as Traefik skips invalid parts
  --dashboard [ADDR] a page that shows nodes, sessions and requests live, on this machine only (127.0.0.1:8090);
                     open it with the whole printed URL, which contains a secret
  --json             one JSON object per line on stdout
  --version          this version, and the version of Traefik it follows
  -h, --help         this text

Signals: SIGTERM or SIGINT drains, then exits; a second one exits at once; SIGUSR1 reopens the access log.
Exit codes: 0 fine, 1 a problem in the files or an address in use, 2 wrong usage.

  npm run router -- --configfile traefik.yml
  npm run router -- --configfile traefik.yml --check
  npm run router -- --configfile traefik.yml --dashboard`;

const DASHBOARD_ADDRESS = '127.0.0.1:8090';

/** The address is optional, which parseArgs cannot express. */
export const withDashboardAddress = (args: readonly string[]): string[] =>
  args.map((arg, i) =>
    arg === '--dashboard' && (args[i + 1] ?? '-').startsWith('-') ? `--dashboard=${DASHBOARD_ADDRESS}` : arg,
  );

export type Ready = {
  readonly addresses: ReadonlyMap<string, string>;
  /** URL of its page. */
  readonly dashboard: string | undefined;
  readonly files: readonly string[];
  readonly watched: boolean;
  readonly milliseconds: number;
};

export const readyText = ({ addresses, dashboard, files, watched, milliseconds }: Ready): string => {
  const first = [...addresses.values()][0] ?? '';
  const rows = [
    ...addresses,
    ...(dashboard === undefined ? [] : [['dashboard', dashboard]]),
    ['files', `${files.join(', ')}${watched ? ' (watched)' : ''}`],
    ['next', `curl -i ${first}/`],
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  return [
    `mooring router ready in ${milliseconds} ms`,
    ...rows.map(([name, value]) => `  ${name!.padEnd(width)}  ${value}`),
  ].join('\n');
};

export const readyJson = ({ addresses, dashboard, files, watched, milliseconds }: Ready): string =>
  JSON.stringify({
    event: 'ready',
    entryPoints: Object.fromEntries(addresses),
    dashboard,
    files,
    watched,
    milliseconds,
  });
