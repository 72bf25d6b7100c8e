/** Commands as processes, with hostile files, arguments, servers and environments. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import { yamlValues } from '../../../../shared/source/yaml-values.ts';
import type { Area, HostileCase, Rig, Tally } from '../area.ts';
import { DEPLOYMENTS, startDeployment } from '../rigs/hostile-deployments.ts';
import { buildProgram, type Running, runCommand, wrongsOf } from '../rigs/run-command.ts';
import {
  ENVIRONMENTS,
  FEW,
  LOGS,
  NO_TOPOLOGIES,
  ODD_TOPOLOGIES,
  QUESTIONS,
  TEMPLATES,
  TEXTS,
  withTexts,
} from './command-inputs.ts';

type Commands = Rig & { readonly program: string; readonly write: (text: string | Buffer) => string };
type Case = HostileCase<Commands>;

const DEV = 'config/dev.yaml';
const AT_ONCE = 4;

const open = async (): Promise<Commands> => {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'));
  const program = await buildProgram(join(folder, 'package'));
  let files = 0;
  return {
    ...{ program, watched: [] },
    write: (text) => {
      const file = join(folder, `${++files}.yaml`);
      writeFileSync(file, text);
      return file;
    },
    honest: async () => {
      const { code, err } = await runCommand({ program, args: ['cookie', 'n1', '--topology', DEV] });
      if (code !== 0) throw new Error(`cookie n1 ended with ${code}: ${err}`);
    },
    closeIdle: async () => undefined,
    close: async () => rmSync(folder, { recursive: true }),
  };
};

type Tried = Omit<Running, 'program'> & { readonly name?: string; readonly codes?: readonly number[] };

/** Runs all, a few at a time; returns what was wrong. */
const tryAll = async ({ program }: Commands, tally: Tally, all: readonly Tried[]): Promise<readonly string[]> => {
  const wrongs: string[] = [];
  const waiting = [...all];
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const found = wrongsOf(await runCommand({ program, ...one }), one.codes);
      const called = JSON.stringify(one.args.join(' ').slice(0, 200));
      wrongs.push(...found.map((wrong) => `${one.name ?? ''} ${called}: ${wrong}`));
      tally.faults++;
      tally.progress(`${tally.faults} of ${all.length}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrongs;
};

const holds = (name: string, inputs: (rig: Commands) => readonly Tried[]): Case => ({
  name,
  play: (rig, tally): Promise<Pattern> => tryAll(rig, tally, inputs(rig)),
  expect: [],
});

const generating = (file: string, ...more: readonly string[]): readonly string[] => [
  ...['generate', '--topology', file, '--out', `${file}.out`, ...more],
];

const topologies: readonly Case[] = [
  holds('generate: files that are no topology', ({ write }) =>
    NO_TOPOLOGIES.map(({ name, text }) => ({ name, args: generating(write(text)), codes: [1] })),
  ),
  holds('generate: odd files that are one', ({ write }) =>
    ODD_TOPOLOGIES.map(({ name, text }) => ({ name, args: generating(write(text)), codes: [0] })),
  ),
  holds('plan, drain, cookie and explain: files that are no topology', ({ write }) =>
    NO_TOPOLOGIES.filter(({ name }) => FEW.test(name)).flatMap(({ name, text }) => {
      const file = write(text);
      return [
        ['plan', DEV, file, '--no-redis'],
        ['drain', 'n1', '--topology', file, '--no-wait'],
        ['cookie', 'abc', '--topology', file],
        ['explain', 'POST', '/mcp', '--configfile', file],
      ].map((args) => ({ name, args, codes: [1] }));
    }),
  ),
];

/** Each text is read back from its file unchanged, and nothing else has changed. */
const injections: Case = {
  name: 'generate: text that tries to inject keys',
  play: async (rig, tally): Promise<Pattern> => {
    const file = rig.write(withTexts(TEXTS));
    const refused = TEMPLATES.map((text) => rig.write(withTexts([text])));
    const wrongs = await tryAll(rig, tally, [
      { args: generating(file), codes: [0] },
      ...['compose', 'labels', 'kubernetes', 'redis'].map((target) => ({
        args: ['generate', '--topology', file, '--out', `${file}.${target}`, '--target', target],
        codes: [0, 1],
      })),
      ...refused.map((one) => ({ args: generating(one), codes: [1] })),
    ]);
    tally.faults += TEXTS.length;
    const { tls } = yamlValues(readFileSync(`${file}.out/dynamic.yml`, 'utf8')) as { tls?: unknown };
    const certificates = TEXTS.map((text) => ({ certFile: text, keyFile: text }));
    return [wrongs, isDeepStrictEqual(tls, { certificates }), refused.map((one) => existsSync(`${one}.out`))];
  },
  expect: [[], true, TEMPLATES.map(() => false)],
};

const words: readonly Case[] = [
  holds('logs: files that are no access log', ({ write }) =>
    LOGS.map(({ name, text }) => ({ name, args: ['logs', write(text)], codes: [0, 1] })),
  ),
  holds('explain and cookie: words', () => QUESTIONS.map((args) => ({ args }))),
];

const doctor: Case = {
  name: 'doctor: broken and malicious servers',
  play: async (rig, tally): Promise<Pattern> => {
    const running = await Promise.all(DEPLOYMENTS.map(startDeployment));
    try {
      const tried = running.map(({ url }, i) => ({
        name: DEPLOYMENTS[i]!.name,
        args: ['doctor', url, '--idle', '1', '--calls', '2', '--api', url],
        codes: [1],
      }));
      return await tryAll(rig, tally, tried);
    } finally {
      await Promise.all(running.map(({ close }) => close()));
    }
  },
  expect: [],
};

const READ_ONLY: readonly (readonly string[])[] = [
  ['generate', '--check'],
  ['explain', 'POST', '/mcp', '--configfile', 'config/traefik.yml'],
  ['sessions', '--redis', 'redis://127.0.0.1:1'],
];

const environments: readonly Case[] = [
  holds('an environment that nobody has', () =>
    Object.entries(ENVIRONMENTS).flatMap(([name, env]) =>
      READ_ONLY.map((args) => ({ name, args, env: { PATH: process.env.PATH, ...env } })),
    ),
  ),
  holds('a reader that leaves', () =>
    READ_ONLY.flatMap((args) => [0, 10].map((reads) => ({ name: `after ${reads} bytes`, args, reads }))),
  ),
];

const races: Case = {
  name: 'drain, undrain and generate on the same files at once',
  play: async (rig, tally): Promise<Pattern> => {
    const file = rig.write(readFileSync(DEV));
    const on = ['--topology', file];
    const round = [
      ...[
        ['drain', 'n1', ...on, '--no-wait'],
        ['undrain', 'n1', ...on, '--settle', '0s'],
        ['generate', ...on],
      ],
      ['drain', 'n2', ...on, '--no-wait'],
    ];
    const wrongs = await tryAll(rig, tally, Array.from({ length: 2 }, () => round.map((args) => ({ args }))).flat());
    const after = await runCommand({ program: rig.program, args: ['generate', ...on] });
    const same = await runCommand({ program: rig.program, args: ['generate', ...on, '--check'] });
    return [wrongs, after.code, same.code];
  },
  expect: [[], 0, 0],
};

export const commands: Area<Commands> = {
  name: 'commands',
  subjects: ['router'],
  open,
  cases: () => [...topologies, injections, ...words, doctor, ...environments, races],
};
