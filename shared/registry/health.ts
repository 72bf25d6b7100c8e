import type { Log } from '../log.ts';
import type { Trouble } from './redis-trouble.ts';

export type Health = {
  trouble(trouble: Trouble): void;
  recovered(): void;
  /** What is wrong and since when; undefined if nothing is. */
  current(): { readonly why: string; readonly since: number } | undefined;
  errors(): number;
};

type HealthOptions = {
  readonly log: Log;
  readonly redis: string;
  readonly now: () => number;
  readonly onChange: () => void;
};

/** In an outage, one log line for each kind of error and one at the end, however many commands fail. */
export const createHealth = ({ log, redis, now, onChange }: HealthOptions): Health => {
  // Before the first answer the state is unknown; that alone is not worth a log line.
  let outage: { why: string; since: number } | undefined = { why: 'not connected to Redis yet', since: now() };
  const reported = new Set<string>();
  let errors = 0;

  const trouble = ({ kind, sentence }: Trouble): void => {
    errors++;
    const changed = outage?.why !== sentence;
    outage = { why: sentence, since: outage?.since ?? now() };
    if (!reported.has(kind)) log.warn({ redis, trouble: kind }, `${sentence}; sessions go on, their records wait`);
    reported.add(kind);
    if (changed) onChange();
  };

  const recovered = (): void => {
    if (!outage) return;
    if (reported.size > 0)
      log.info({ redis, outageMs: now() - outage.since }, 'Redis is back, all records are written');
    outage = undefined;
    reported.clear();
    onChange();
  };

  return { trouble, recovered, current: () => outage, errors: () => errors };
};
