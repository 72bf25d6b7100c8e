import type { Log } from '../shared/log.ts';
import { formatProblems } from '../shared/source/format-problems.ts';
import type { DynamicConfig } from './core/model.ts';
import type { StaticConfig } from './core/static-model.ts';
import type { Router } from './router.ts';
import type { DynamicReading } from './traefik/config/dynamic/read-dynamic.ts';
import { faultsOf } from './traefik/config/faults.ts';
import { loadDynamic } from './traefik/config/load.ts';
import { type Watching, watchProvider } from './traefik/config/watch.ts';

/** The configuration to use despite its problems, if possible: a problem of one part only removes that part. */
export const usable = ({ config, problems }: DynamicReading, lenient: boolean): DynamicConfig | undefined => {
  if (problems.length === 0) return config;
  return lenient && problems.every((problem) => problem.concerns !== undefined) ? config : undefined;
};

export type Following = {
  readonly lenient: boolean;
  readonly log: Log;
  readonly color: boolean;
  /** The files as read for the current table. */
  readonly texts: ReadonlyMap<string, string>;
};

/** Applies each change of the files, or refuses it with every reason and keeps the last good table. */
export const followFiles = (
  router: Pick<Router, 'apply' | 'refused'>,
  provider: StaticConfig['fileProvider'],
  { lenient, log, color, texts }: Following,
): Watching => {
  let loading: Promise<void> = Promise.resolve();
  const load = async (): Promise<void> => {
    const read = await loadDynamic(provider);
    const config = usable(read, lenient);
    if (config === undefined || isEmpty(config)) {
      router.refused();
      const reasons = formatProblems(read.problems, { color, sources: read.sources });
      log.error(
        { problems: reasons === '' ? 'the file holds no configuration' : reasons },
        'configuration change refused; keeping the last good one',
      );
      return;
    }
    const faults = formatProblems(faultsOf(router.apply(config)), { color, sources: read.sources });
    if (faults !== '') log.error({ problems: faults }, 'skipped, as Traefik skips invalid parts');
    log.info({ files: [...read.sources.keys()] }, 'configuration changed');
  };
  const onChange = (): Promise<void> => {
    loading = loading
      .then(load)
      .catch((error: unknown) => log.error({ err: error }, 'cannot reload the configuration'));
    return loading;
  };
  const watching = watchProvider(provider, onChange, {
    onTrouble: (error) =>
      log.warn({ err: error }, 'cannot watch the configuration files; polling them every few seconds'),
  });
  // Otherwise a change between the first read and the start of the watch would be missed.
  void watching.ready.then(async () => {
    if (!isSame((await loadDynamic(provider)).sources, texts)) watching.reconsider();
  });
  return watching;
};

const isSame = (now: ReadonlyMap<string, string>, then: ReadonlyMap<string, string>): boolean =>
  now.size === then.size && [...now].every(([file, text]) => then.get(file) === text);

/** In Traefik an empty file removes every route, but usually it is a write in progress. */
const isEmpty = (config: DynamicConfig): boolean =>
  config.routers.size === 0 && config.services.size === 0 && config.middlewares.size === 0;
