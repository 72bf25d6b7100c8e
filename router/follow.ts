import type { Log } from '../shared/log.ts';
import { formatProblems } from '../shared/source/format-problems.ts';
import type { DynamicConfig } from './core/model.ts';
import type { StaticConfig } from './core/static-model.ts';
import type { Router } from './router.ts';
import type { DynamicReading } from './traefik/config/dynamic/read-dynamic.ts';
import { faultsOf } from './traefik/config/faults.ts';
import { loadDynamic } from './traefik/config/load.ts';
import { type Watching, watchProvider } from './traefik/config/watch.ts';

/** The configuration to use despite its problems, if any may be: only those that concern one part can be left out. */
export const usable = ({ config, problems }: DynamicReading, lenient: boolean): DynamicConfig | undefined => {
  if (problems.length === 0) return config;
  return lenient && problems.every((problem) => problem.concerns !== undefined) ? config : undefined;
};

export type Following = {
  readonly lenient: boolean;
  readonly log: Log;
  readonly color: boolean;
  /** The files as they were read for the table now in force. */
  readonly texts: ReadonlyMap<string, string>;
};

/** Each change of the files becomes the table in force, or is refused with every reason while the last good one stays. */
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
        'change refused; the last good configuration stays',
      );
      return;
    }
    const faults = formatProblems(faultsOf(router.apply(config)), { color, sources: read.sources });
    if (faults !== '') log.error({ problems: faults }, 'left out, as Traefik leaves out what is broken');
    log.info({ files: [...read.sources.keys()] }, 'configuration changed');
  };
  const onChange = (): Promise<void> => {
    loading = loading.then(load).catch((error: unknown) => log.error({ err: error }, 'unable to follow a change'));
    return loading;
  };
  const watching = watchProvider(provider, onChange, {
    onTrouble: (error) =>
      log.warn({ err: error }, 'unable to watch the configuration; it is looked at every few seconds'),
  });
  // A file that changed after it was read and before it was watched would be missed.
  void watching.ready.then(async () => {
    if (!isSame((await loadDynamic(provider)).sources, texts)) watching.reconsider();
  });
  return watching;
};

const isSame = (now: ReadonlyMap<string, string>, then: ReadonlyMap<string, string>): boolean =>
  now.size === then.size && [...now].every(([file, text]) => then.get(file) === text);

/** An empty file takes every route away in Traefik; it is far more often half of a write. */
const isEmpty = (config: DynamicConfig): boolean =>
  config.routers.size === 0 && config.services.size === 0 && config.middlewares.size === 0;
