import { readFileSync } from 'node:fs';
import type { RouterConfig } from '../../../../core/model.ts';
import { applyEntryPoints } from '../../../../core/table/entry-point-defaults.ts';
import { withInternal } from '../../../../core/table/internal.ts';
import { readDynamic } from '../../../config/dynamic/read-dynamic.ts';
import { readStatic } from '../../../config/static/read-static.ts';
import type { RunningState } from '../../state.ts';

const fileText = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Traefik's answers, one item per line of the file. */
export const goldenLines = (name: string): string[] => fileText(`${name}.jsonl`).trim().split('\n');

/** The errors that Traefik reports for the golden file. */
const ERRORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['bad@file', ['the service "nope@file" does not exist']],
  ['badmw@file', ['middleware "nomw@file" does not exist']],
  ['badep@file', ['entryPoint "nothere" doesn\'t exist']],
  ['badep2@file', ['entryPoint "nothere" doesn\'t exist', 'no valid entryPoint for this router']],
]);

const SERVERS_UP: ReadonlyMap<string, ReadonlyMap<string, boolean>> = new Map([
  [
    'mcp@file',
    new Map([
      ['http://127.0.0.1:17103', false],
      ['http://127.0.0.1:17101', true],
      ['http://127.0.0.1:17102', true],
    ]),
  ],
  [
    'app@file',
    new Map([
      ['http://127.0.0.1:17101/', true],
      ['http://127.0.0.1:17109', true],
    ]),
  ],
]);

/** The state of a router that runs the golden files. */
export const goldenState = (): RunningState => {
  const config = readStatic({ file: 'traefik.yml', text: fileText('traefik.yml') }).config!;
  const file = readDynamic([{ file: 'dynamic.yml', text: fileText('dynamic.yml') }]).config;
  const all = withInternal(file, config);
  const routers = applyEntryPoints(all.routers.values(), config);
  const enabled = { status: 'enabled', errors: [] } as const;
  const usersOf = (isUsed: (router: RouterConfig) => boolean) => ({
    ...enabled,
    usedBy: [...routers.values()]
      .filter(isUsed)
      .map(({ name }) => name)
      .sort(),
  });
  return {
    static: config,
    table: {
      config: { ...all, routers },
      routers: new Map([...routers].map(([name, router]) => [name, running(router, config.entryPoints)])),
      services: new Map([...all.services.keys()].map((name) => [name, usersOf((router) => router.service === name)])),
      middlewares: new Map(
        [...all.middlewares.keys()].map((name) => [name, usersOf((router) => router.middlewares.includes(name))]),
      ),
    },
    serversUp: (service) => SERVERS_UP.get(service),
    startedAt: Date.UTC(2026, 10, 21, 7, 32, 6, 413),
    version: '3.7.15',
  };
};

const running = (router: RouterConfig, entryPoints: ReadonlyMap<string, unknown>) => {
  const errors = ERRORS.get(router.name) ?? [];
  const status = errors.length === 0 ? 'enabled' : router.name === 'badep@file' ? 'warning' : 'disabled';
  const priority = router.priority || Buffer.byteLength(router.rule);
  const using = router.entryPoints.filter((name) => entryPoints.has(name));
  return { status, errors, using, config: { ...router, priority } } as const;
};
