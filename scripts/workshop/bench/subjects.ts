import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../../shared/free-ports.ts';
import { answering, type Child, saying, start } from './child.ts';
import { type Machine, pinned } from './machine.ts';
import { writeNginxFile } from './nginx-file.ts';
import { openPage } from './open-page.ts';
import { PATH } from './plan.ts';
import { writeTraefikFiles } from './traefik-files.ts';

/**
 * One way to the servers. `launch` starts a new proxy, on the proxies' core or on all, and resolves when it answers.
 */
export type Subject = {
  readonly name: string;
  readonly url: string;
  readonly launch: (cores?: 'all') => Promise<Launched | undefined>;
};

/** With the URL of its page, if it has one. */
export type Launched = Child & { readonly dashboard?: string };

export const ROOT = join(fileURLToPath(import.meta.url), '../../../..');
const ROUTER = join(ROOT, 'router/main.ts');

export type Setting = { readonly machine: Machine; readonly folder: string; readonly servers: readonly string[] };

/** Those that can run here, the direct path first. */
export const findSubjects = async (setting: Setting, only: readonly string[]): Promise<Subject[]> => {
  const direct: Subject = { name: 'direct', url: setting.servers[0]!, launch: async () => undefined };
  const commands = Object.entries(commandsOf(setting)).filter(([name]) => only.includes(name));
  const ports = await freePorts(commands.length);
  const found = commands.flatMap(([name, make], i) => (make ? [subject(setting, name, ports[i]!, make)] : []));
  return [direct, ...found, ...(only.includes('watched') ? [await watchedRouter(setting)] : [])];
};

/** The router with its dashboard and an open page. */
const watchedRouter = async (setting: Setting): Promise<Subject> => {
  const [port] = await freePorts(1);
  const router = subject(setting, 'watched', port!, (folder) => [
    ...NODE,
    ROUTER,
    '--configfile',
    writeTraefikFiles(folder, port!, setting.servers),
    '--dashboard',
    '127.0.0.1:0',
  ]);
  return {
    ...router,
    async launch(cores) {
      const child = await router.launch(cores);
      if (child === undefined) return undefined;
      const { dashboard, leave } = await watch(child);
      const stop = async (): Promise<void> => {
        leave();
        await child.stop();
      };
      return { ...child, stop, dashboard };
    },
  };
};

type Make = (folder: string, port: number) => readonly string[];

const commandsOf = ({ machine, servers }: Setting): Record<string, Make | undefined> => ({
  router: existsSync(ROUTER)
    ? (folder, port) => [...NODE, ROUTER, '--configfile', writeTraefikFiles(folder, port, servers)]
    : undefined,
  traefik: machine.traefik
    ? (folder, port) => [machine.traefik!, `--configfile=${writeTraefikFiles(folder, port, servers)}`]
    : undefined,
  nginx: machine.nginx
    ? (folder, port) => [machine.nginx!, '-c', writeNginxFile(folder, port, servers), '-p', folder]
    : undefined,
});

/** The dashboard opens a moment after the entry points. */
const watch = async (child: Child): Promise<{ readonly dashboard: string; leave(): void }> => {
  try {
    await saying(child, '?secret=');
    const dashboard = /http\S+\?secret=\S+/.exec(child.output())![0];
    return { dashboard, leave: await openPage(dashboard) };
  } catch (error) {
    await child.stop();
    throw error;
  }
};

export const NODE = [process.execPath, '--import', 'tsx/esm'];
/** Go decides on its threads by the machine's cores, not by those that it may use. */
const ONE_CORE = { GOMAXPROCS: '1' };

const subject = ({ machine, folder }: Setting, name: string, port: number, make: Make): Subject => {
  const command = make(join(folder, name), port);
  const url = `http://127.0.0.1:${port}`;
  return {
    name,
    url,
    async launch(cores) {
      const child = cores === 'all' ? start(command, {}) : start(pinned(machine, 'proxy', command), ONE_CORE);
      try {
        await answering(child, url + PATH);
        return child;
      } catch (error) {
        await child.stop();
        throw error;
      }
    },
  };
};
