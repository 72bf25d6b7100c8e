/** What the command says. */
export const USAGE = `Usage: npm run router -- --configfile FILE [options]

Runs a router from Traefik's own files, and behaves as Traefik does with them.

  --configfile FILE  Traefik's static configuration (YAML); it names the dynamic files
  --check            only read the files and report every problem
  --lenient          leave out what is not supported, as Traefik leaves out what is broken
  --json             one JSON object a line on stdout
  --version          this version, and the version of Traefik it follows
  -h, --help         this text

Signals: SIGTERM or SIGINT drains and ends, a second one ends at once; SIGUSR1 reopens the access log.
Exit codes: 0 fine, 1 a problem in the files or an address in use, 2 wrong use of this command.

  npm run router -- --configfile traefik.yml
  npm run router -- --configfile traefik.yml --check`;

export type Ready = {
  readonly addresses: ReadonlyMap<string, string>;
  readonly files: readonly string[];
  readonly watched: boolean;
  readonly milliseconds: number;
};

export const readyText = ({ addresses, files, watched, milliseconds }: Ready): string => {
  const first = [...addresses.values()][0] ?? '';
  const rows = [
    ...addresses,
    ['files', `${files.join(', ')}${watched ? ' (watched)' : ''}`],
    ['next', `curl -i ${first}/`],
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  return [
    `mooring router ready in ${milliseconds} ms`,
    ...rows.map(([name, value]) => `  ${name!.padEnd(width)}  ${value}`),
  ].join('\n');
};

export const readyJson = ({ addresses, files, watched, milliseconds }: Ready): string =>
  JSON.stringify({ event: 'ready', entryPoints: Object.fromEntries(addresses), files, watched, milliseconds });
