import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Area, Lab } from '../case.ts';
import { pool, prefix } from './parts.ts';

const status = async (lab: Lab, path: string): Promise<number | undefined> => (await lab.send({ path })).status;

const becomes = async (lab: Lab, path: string, wanted: number): Promise<boolean> => {
  for (let i = 0; i < 200; i++) {
    if ((await status(lab, path)) === wanted) return true;
    await setTimeout(20);
  }
  return false;
};

const routed = (lab: Lab, name: string, service: string): string =>
  JSON.stringify({
    http: {
      routers: { [name]: { rule: `Path(\`/${name}\`)`, service, entryPoints: ['directories'] } },
      services: { [`of-${name}`]: { loadBalancer: { servers: [{ url: lab.origin('a').url }] } } },
    },
  });

const folder = (lab: Lab): string => join(lab.subject.folder, 'conf');

/** A directory of files, as `providers.file.directory` names it. */
export const directories: Area = {
  name: 'directories',
  alone: {
    provider: (root) => {
      mkdirSync(join(root, 'conf'));
      return { file: join(root, 'conf', 'main.yml'), options: { directory: join(root, 'conf'), watch: true } };
    },
  },
  origins: ['a'],
  http: { routers: { dirMain: prefix('/main', 'dirA') }, services: { dirA: pool('a') } },
  cases: [
    { name: 'a file of the directory', send: { path: '/main' }, expect: { status: 200 } },
    {
      name: 'a second file is added, and taken away',
      play: async (lab) => {
        writeFileSync(join(folder(lab), 'second.yaml'), routed(lab, 'second', 'dirA'));
        const added = await becomes(lab, '/second', 200);
        rmSync(join(folder(lab), 'second.yaml'));
        return [added, await becomes(lab, '/second', 404), await status(lab, '/main')];
      },
      expect: [true, true, 200],
    },
    {
      name: 'a folder in it is read too',
      play: async (lab) => {
        mkdirSync(join(folder(lab), 'inner'));
        writeFileSync(join(folder(lab), 'inner', 'deep.yml'), routed(lab, 'deep', 'of-deep'));
        await lab.subject.reload(lab.dynamic());
        return becomes(lab, '/deep', 200);
      },
      expect: true,
    },
    {
      name: 'other files are ignored',
      play: async (lab) => {
        writeFileSync(join(folder(lab), 'notes.txt'), 'no: [yaml');
        writeFileSync(join(folder(lab), 'third.yml'), routed(lab, 'third', 'of-third'));
        return becomes(lab, '/third', 200);
      },
      expect: true,
    },
    {
      name: 'a broken file among good ones changes nothing',
      play: async (lab) => {
        const since = lab.subject.log.length;
        writeFileSync(join(folder(lab), 'broken.yml'), 'http: [');
        await lab.subject.waitForLog(/\n/, since, 1000);
        const kept = [await status(lab, '/main'), await status(lab, '/third')];
        rmSync(join(folder(lab), 'broken.yml'));
        await lab.subject.reload(lab.dynamic());
        return kept;
      },
      expect: [200, 200],
    },
    {
      name: 'a link swapped to another folder, as Kubernetes swaps mounted files',
      play: async (lab) => {
        const conf = folder(lab);
        for (const [version, name] of [
          ['..one', 'swapped1'],
          ['..two', 'swapped2'],
        ] as const) {
          mkdirSync(join(conf, version));
          writeFileSync(join(conf, version, 'link.yml'), routed(lab, name, `of-${name}`));
        }
        symlinkSync('..one', join(conf, '..data'));
        symlinkSync('..data/link.yml', join(conf, 'link.yml'));
        const first = await becomes(lab, '/swapped1', 200);
        symlinkSync('..two', join(conf, '..next'));
        renameSync(join(conf, '..next'), join(conf, '..data'));
        return [first, await becomes(lab, '/swapped2', 200)];
      },
      expect: [true, true],
    },
  ],
};
