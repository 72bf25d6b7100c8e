import { stat } from 'node:fs/promises';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { type Paint, paintWith } from '../cli/paint.ts';
import type { Terminal } from '../cli/terminal.ts';
import { parseLogLine } from './log-record.ts';
import { LogSummary, type Sighting, shownSession } from './log-summary.ts';
import { readLines } from './read-lines.ts';
import { reportOf } from './report.ts';
import { reportText } from './report-text.ts';

const usage = `Usage: npm run logs -- FILE [--follow] [--prefix /mcp]

Analyses a JSON access log of Traefik or the router: sessions, handles and tasks answered by several servers, clients
without cookies, hot nodes, causes of 404, durations of streams. Needs accessLog.format: json. The generated configuration
logs X-Mooring-Session, which identifies all three; for other servers the report says what to do.

  --follow       keep reading new lines, across rotations; prints findings, and the report at Ctrl-C
  --prefix PATH  path of the MCP endpoint (/mcp)
  --json         one JSON object at the end; with --follow also one per finding
  --help         this text

Examples:
  npm run logs -- access.log
  npm run logs -- /var/log/traefik/access.log --follow

Exits with 0 when all is well, 1 when sessions were answered by several servers or met 404, 2 for wrong usage.`;

const OPTIONS = {
  follow: { type: 'boolean', default: false },
  prefix: { type: 'string', default: '/mcp' },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'finds session problems in an access log: flapping, 404, hot nodes',
  usage,
  options: OPTIONS,
  positionals: true,
  run: async ({ values, positionals, terminal }) => {
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Misuse('logs takes one access log, such as access.log');
    if (!values.prefix.startsWith('/')) throw new Misuse(`--prefix begins with a slash: /${values.prefix}`);
    await checkFile(file);
    return run(file, values, terminal);
  },
});

const checkFile = async (file: string): Promise<void> => {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new Misuse(
      error.code === 'ENOENT'
        ? `there is no file ${file}; accessLog.filePath in traefik.yml says where Traefik writes it`
        : `${file} cannot be read (${error.code})`,
    );
  });
  if (found.isDirectory()) throw new Misuse(`${file} is a directory: name the log in it`);
};

const run = async (file: string, { follow, prefix, json }: Values, terminal: Terminal): Promise<ExitCode> => {
  const summary = new LogSummary(prefix.replace(/\/$/, ''));
  const paint = paintWith(terminal.color);
  if (follow && !json) terminal.complain(`following ${file}; Ctrl-C ends with a report`);
  for await (const line of readLines({ file, follow, signal: terminal.signal })) {
    if (line.trim() === '') continue;
    const record = parseLogLine(line);
    if (record === undefined) summary.skipped += 1;
    else for (const sight of summary.add(record)) if (follow) terminal.print(sightText(sight, { json, paint }));
  }
  const report = reportOf(summary);
  if (report.requests === 0) {
    terminal.complain(
      `${file} has no line of a JSON access log\n  help: set accessLog.format: json, and let some requests come`,
    );
    if (!json) return report.skipped > 0 ? 1 : 0;
  }
  terminal.print(json ? JSON.stringify({ event: 'report', ...report }) : reportText(report, paint));
  return report.flappingCount > 0 || report.misroutes > 0 ? 1 : 0;
};

const sightText = (
  { kind, session, text }: Sighting,
  { json, paint }: { readonly json: boolean; readonly paint: Paint },
): string =>
  json
    ? JSON.stringify({ event: kind, session: shownSession(session), text })
    : `${paint.bad(kind)} ${shownSession(session)} ${text}`;
