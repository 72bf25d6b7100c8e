import { readCookieText } from '../../router/explain/cookie-text.ts';
import { decodeCookies, type Targets } from '../../router/explain/decode-cookies.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { paintWith } from '../cli/paint.ts';
import type { Terminal } from '../cli/terminal.ts';
import { DEFAULT_CONFIGFILE } from '../cli/traefik-files.ts';
import { formsOf, type NodeForms } from './forms.ts';
import { decodedText, formsText } from './report.ts';
import { targetsOfConfigfile, targetsOfTopology } from './targets.ts';

const usage = `Usage: npm run cookie -- VALUE | NODE | NODE-URL [--configfile FILE | --topology FILE]

Decodes sticky cookies: which node a value belongs to, and which values a node has. Traefik uses a hash of the node's name
in the pool, or of its URL if the pool has URLs, so the value is compared with those of all nodes in the files. Sessions,
handles and tasks need no cookie: their ids begin with the node's name.

  VALUE               a cookie value, NAME=VALUE, a whole Cookie header or a Set-Cookie line
  NODE                a node's id: shows all cookie values that Traefik accepts for it
  NODE-URL            its URL, exactly as in the files
  --configfile FILE   Traefik's static file, which names the dynamic ones (${DEFAULT_CONFIGFILE})
  --topology FILE     a topology, instead of Traefik's files
  --json              one JSON object on stdout
  --help              this text

Examples:
  npm run cookie -- 62747513f62d4428
  npm run cookie -- 'Cookie: theme=dark; _mcp_backend=62747513f62d4428'
  npm run cookie -- n1

Exits with 0 when a value matches a server, 1 when none does, 2 for wrong usage.`;

const OPTIONS = { configfile: { type: 'string' }, topology: { type: 'string' } } satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'which node a sticky cookie belongs to',
  usage,
  options: OPTIONS,
  positionals: true,
  run: ({ values, positionals, terminal }) => {
    // An unquoted Cookie header arrives as several words.
    const text = positionals.join(' ').trim();
    if (text === '') throw new Misuse('which cookie? Write its value, or the URL of a node');
    if (values.configfile !== undefined && values.topology !== undefined)
      throw new Misuse('--configfile and --topology both say what the servers are: choose one');
    return run(text, values, terminal);
  },
});

const run = async (text: string, values: Values, terminal: Terminal): Promise<ExitCode> => {
  const { topology, configfile = DEFAULT_CONFIGFILE, json } = values;
  const known =
    topology === undefined
      ? await targetsOfConfigfile(configfile, { terminal, json })
      : await targetsOfTopology(topology, { terminal, json });
  if (known === undefined) return 1;
  const source = topology ?? configfile;
  if (known.targets.length === 0) {
    terminal.complain(
      `no service of ${source} has a sticky cookie, so no cookie matches a server\n  help: sticky.cookie of a service, or affinity: both in the topology`,
    );
    return 1;
  }
  const forms = formsOf(text, known.targets);
  return forms === undefined
    ? printDecoded(text, { known, source, terminal, json })
    : printForms(forms, terminal, json);
};

type Output = {
  readonly known: Targets;
  readonly source: string;
  readonly terminal: Terminal;
  readonly json: boolean;
};

const printDecoded = (text: string, { known, source, terminal, json }: Output): ExitCode => {
  const decoded = decodeCookies(readCookieText(text), known);
  if (json) terminal.print(JSON.stringify({ event: 'decoded', source, cookies: decoded }));
  else terminal.print(decodedText(decoded, { source, paint: paintWith(terminal.color) }));
  return decoded.some(({ matches }) => matches.length > 0) ? 0 : 1;
};

const printForms = (forms: NodeForms, terminal: Terminal, json: boolean): ExitCode => {
  if (json) terminal.print(JSON.stringify({ event: 'forms', ...forms }));
  else terminal.print(formsText(forms, paintWith(terminal.color)));
  return forms.readers.length > 0 ? 0 : 1;
};
