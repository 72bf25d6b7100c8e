import { readFileSync, writeFileSync } from 'node:fs';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { type Fuzzed, Guided } from './guided.ts';
import { PARSERS } from './parsers.ts';

const usage = `Usage: npm run fuzz:parsers -- [--seconds N] [--seed N] [--only NAME] [--keep] [--json]

Random texts to everything that reads texts of others. Texts that run code that none has run before are kept, and lead
to the next ones. None may throw, break a property (what is printed is read again, pieces make the same as the whole), or
take more than twice the steps for twice the text.

  --seconds N   of work, for all of them together (60)
  --seed N      of the texts (1)
  --only NAME   of ${PARSERS.map(({ name }) => name).join(', ')}; more than one with a comma between
  --keep        write what was kept into corpus.json, from which the next run begins
  --json        one JSON object a parser
  --help        this text

Exit codes: 0 all held, 1 something did not, 2 wrong use of this command.`;

const CORPUS = new URL('./corpus.json', import.meta.url);
/** Per parser, in the repository; the shortest ones. */
const MAX_KEPT = 6_000;

type Corpus = Readonly<Record<string, readonly string[]>>;

export const command = defineCommand({
  summary: 'random texts, guided by what they run, to everything that reads texts of others',
  usage,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
  run: async ({ values, terminal }) => {
    const seconds = wholeNumber('--seconds', values.seconds);
    const seed = wholeNumber('--seed', values.seed, { least: 0 });
    const parsers = chosen(values.only);
    endOnInterrupt(terminal);
    const corpus = JSON.parse(readFileSync(CORPUS, 'utf8')) as Corpus;
    const all: Fuzzed[] = [];
    const deadline = spent() + seconds * 1000;
    for (const [i, parser] of parsers.entries()) {
      const end = spent() + (deadline - spent()) / (parsers.length - i);
      const until = (): boolean => spent() > end;
      const fuzzed = new Guided(parser).run({ seed, corpus: corpus[parser.name] ?? [], until });
      all.push(fuzzed);
      terminal.print(values.json ? JSON.stringify({ ...fuzzed, kept: fuzzed.kept.length }) : text(fuzzed));
      // Lets a signal be handled.
      await new Promise(setImmediate);
    }
    if (values.keep) writeFileSync(CORPUS, `${JSON.stringify({ ...corpus, ...keptOf(all) }, null, 1)}\n`);
    const [inputs, findings] = [sum(all.map((one) => one.inputs)), sum(all.map((one) => one.findings.length))];
    terminal.print(values.json ? JSON.stringify({ inputs, findings }) : `${inputs} texts, ${findings} findings`);
    return findings > 0 ? 1 : 0;
  },
});

/** CPU time of this process, in milliseconds: on a busy machine it tests as much. */
const spent = (): number => process.cpuUsage().user / 1000;

const chosen = (only: string | undefined): typeof PARSERS => {
  if (only === undefined) return PARSERS;
  const names = only.split(',');
  const unknown = names.find((wanted) => !PARSERS.some(({ name }) => name === wanted));
  if (unknown !== undefined)
    throw new Misuse(`--only takes of ${PARSERS.map(({ name }) => name).join(', ')}, not ${unknown}`);
  return PARSERS.filter(({ name }) => names.includes(name));
};

const keptOf = (all: readonly Fuzzed[]): Corpus =>
  Object.fromEntries(all.map(({ parser, kept }) => [parser, shortest(kept)]));

const shortest = (texts: readonly string[]): readonly string[] => {
  let room = MAX_KEPT;
  const chosen = texts
    .toSorted((a, b) => a.length - b.length)
    .filter((text) => {
      room -= JSON.stringify(text).length;
      return room > 0;
    });
  return chosen;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const text = ({ parser, inputs, covered, kept, findings }: Fuzzed): string =>
  [
    `${findings.length === 0 ? 'ok  ' : 'FAIL'} ${parser}: ${inputs} texts, ${covered} characters of code, ${kept.length} kept`,
    ...findings.flatMap(({ input, what }) => [`     ${JSON.stringify(input)}`, what.replace(/^/gm, '       ')]),
  ].join('\n');
