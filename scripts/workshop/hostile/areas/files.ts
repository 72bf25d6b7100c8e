/** Hostile configuration files while requests run: the last good configuration stays. */
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject, Subject, SubjectKind } from '../../../../router/parity/subject.ts';
import type { Area, HostileCase, Rig, Tally } from '../area.ts';
import { askOnce, HonestClients } from '../mutations/honest.ts';
import { startProxied } from '../rigs/proxied.ts';
import { RecordingOrigin } from '../rigs/recording-origin.ts';

type Files = Rig & { readonly subject: Subject; readonly port: number; readonly good: JsonObject };

const HONEST = '127.0.5.1';
/** Longer than a file must stay unchanged before it is read. */
const READ_MS = 600;
const FOLLOWING_MS = 60_000;
const CUTS = 6;

const open = async (kind: SubjectKind): Promise<Files> => {
  const origin = new RecordingOrigin('files');
  const proxied = await startProxied(kind, { url: await origin.listen(), strict: true });
  const { subject, port, watched, dynamic } = proxied;
  return {
    ...{ subject, port, watched, good: dynamic },
    honest: async () => void (await askOnce({ port, address: HONEST, method: 'GET' })),
    closeIdle: async () => origin.dropConnections(),
    close: async () => {
      await proxied.close();
      await origin.close();
    },
  };
};

type Writing = {
  readonly name: string;
  readonly write: (subject: Subject, good: JsonObject) => void | Promise<void>;
  /** A router with a broken rule is left out, as in Traefik. */
  readonly follows?: true;
};

const text = (name: string, content: string | (() => string), follows?: true): Writing => ({
  name,
  ...(follows && { follows }),
  write: (subject) => subject.replaceFile(typeof content === 'string' ? content : content()),
});
const bomb = (levels: number): string =>
  `a0: &a0 [${'x,'.repeat(9)}x]\n${Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join()}]\n`).join('')}http: { routers: *a${levels} }\n`;
const service = (url: string): string =>
  `http:\n  routers: { all: { rule: 'PathPrefix(\`/\`)', service: a } }\n  services: { a: { loadBalancer: { servers: [{ url: ${url} }] } } }\n`;

const ruled = (rule: string): string => service('http://127.0.0.1:1').replace('PathPrefix(`/`)', () => rule);

const WRITINGS: readonly Writing[] = [
  text('aliases of aliases, ten levels', bomb(10)),
  text('an alias of itself', 'http: &a\n  routers: *a\n'),
  text('merges of merges', `a: &a { x: 1 }\n${Array.from({ length: 2_000 }, () => '<<: *a\n').join('')}`),
  text('__proto__', '{"__proto__": {"polluted": true}, "http": {"__proto__": {"routers": {}}}}'),
  text(
    'constructor and prototype',
    'constructor: { prototype: { polluted: true } }\nhttp: { routers: { constructor: {}, __proto__: {}, toString: {} } }\n',
  ),
  text('brackets, 100,000 deep', '['.repeat(100_000)),
  text('maps, 5,000 deep', `${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`),
  text('indentation, 2,000 deep', Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')),
  text('50 MB of comments', () => `# ${'x'.repeat(98)}\n`.repeat(500_000)),
  text('one line of 50 MB', () => `http: "${'x'.repeat(50_000_000)}"`),
  text('a megabyte of noise', () =>
    Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * 7_919) % 251)).toString('latin1'),
  ),
  text('NUL bytes', '\0'.repeat(1_000)),
  text('a tag that would run code', `http: !!js/function 'function () { process.exit(1) }'\n`),
  text('templates', `http: { routers: { a: { rule: '{{ env "HOME" }}', service: b } } }\n`),
  text('a rule of 1 MB', ruled(`${'!'.repeat(1_000_000)}Path(\`/\`)`), true),
  text('a rule 20,000 parentheses deep', ruled(`${'('.repeat(20_000)}Path(\`/\`)${')'.repeat(20_000)}`), true),
  text('a pattern that would backtrack', ruled(`PathRegexp(\`^(a+)+$\`) && Path(\`/${'a'.repeat(1_000)}b\`)`), true),
  text('a key twice', 'http: {}\nhttp: {}\n'),
  text('nothing', ''),
  text('blanks', '\n \n'),
  ...[
    '127.0.0.1:1',
    'javascript:alert(1)',
    'http://',
    'http://127.0.0.1:99999',
    'file:///etc/passwd',
    'http://[::1',
  ].map((url) => text(`a server at ${url}`, service(JSON.stringify(url)))),
  { name: 'the file deleted', write: ({ dynamicFile }) => unlinkSync(dynamicFile) },
  {
    name: 'a directory in its place',
    write: async ({ dynamicFile }) => {
      unlinkSync(dynamicFile);
      mkdirSync(dynamicFile);
      await wait(READ_MS);
      rmdirSync(dynamicFile);
    },
  },
  {
    name: 'a symbolic link to itself',
    write: ({ dynamicFile }) => {
      unlinkSync(dynamicFile);
      symlinkSync(dynamicFile, dynamicFile);
    },
  },
  {
    name: 'a symbolic link swapped twenty times, as Kubernetes does',
    write: async (subject, good) => {
      for (let i = 0; i < 20; i++) {
        const target = join(subject.folder, `version-${i}.yml`);
        writeFileSync(target, subject.marked(good).text);
        const beside = join(subject.folder, `link-${i}`);
        symlinkSync(target, beside);
        renameSync(beside, subject.dynamicFile);
        await wait(20);
      }
    },
  },
  {
    name: 'a good file, written byte by byte',
    write: async (subject, good) => {
      const { text: whole } = subject.marked(good);
      truncateSync(subject.dynamicFile);
      for (const byte of whole) {
        appendFileSync(subject.dynamicFile, byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  },
  {
    name: 'a good file, cut at six places',
    write: async (subject, good) => {
      const { text: whole } = subject.marked(good);
      for (let i = 1; i <= CUTS; i++) {
        writeFileSync(subject.dynamicFile, whole.slice(0, Math.floor((whole.length * i) / (CUTS + 1))));
        await wait(READ_MS);
      }
    },
  },
];

const manyRouters = (good: JsonObject): JsonObject => {
  const { http } = good as { http: { routers: JsonObject; services: JsonObject; [part: string]: JsonObject } };
  const more = Array.from(
    { length: 10_000 },
    (_, i) => [`many-${i}`, { rule: `PathPrefix(\`/many-${i}.\`)`, service: 'origin' }] as const,
  );
  return { http: { ...http, routers: { ...http.routers, ...Object.fromEntries(more) } } };
};

const follow = async (subject: Subject, dynamic: JsonObject): Promise<void> => {
  const { text: whole, marker } = subject.marked(dynamic);
  subject.replaceFile(whole);
  await subject.answersMarker(marker, FOLLOWING_MS);
};

/** Writes while requests run, and then a good file, which must be applied. */
const underRequests = async (rig: Files, tally: Tally, write: () => void | Promise<void>) => {
  const honest = new HonestClients(rig.port, 2);
  await write();
  await wait(READ_MS);
  await honest.stop();
  await follow(rig.subject, rig.good);
  const lost = honest.lost.length;
  tally.saw = `${lost} of ${lost + honest.answered} lost`;
  tally.crossed += honest.crossed.length;
  return { lost: honest.lost.slice(0, 3) };
};

const CASES: readonly HostileCase<Files>[] = [
  ...WRITINGS.map(
    ({ name, write, follows }): HostileCase<Files> => ({
      name,
      play: (rig, tally) => underRequests(rig, tally, () => write(rig.subject, rig.good)),
      expect: follows ? {} : { lost: [] },
    }),
  ),
  {
    name: '10,000 routers, and back',
    play: (rig, tally) => underRequests(rig, tally, () => follow(rig.subject, manyRouters(rig.good))),
    expect: { lost: [] },
  },
];

export const files: Area<Files> = { name: 'files', subjects: ['router'], open, cases: () => CASES };
