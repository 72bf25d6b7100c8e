import type { Log } from '../log.ts';
import type { Trouble } from './redis-trouble.ts';

export type Health = {
  trouble(trouble: Trouble): void;
  recovered(): void;
  /** What is wrong and since when; undefined when nothing is. */
  current(): { readonly why: string; readonly since: number } | undefined;
  errors(): number;
};

type HealthOptions = {
  readonly log: Log;
  readonly redis: string;
  readonly now: () => number;
  readonly onChange: () => void;
};

/** One log line for each kind of trouble in an outage and one at its end, however many commands fail in between. */
export const createHealth = ({ log, redis, now, onChange }: HealthOptions): Health => {
  // Until the first answer nothing is known to be right; that alone is not worth a line.
  let outage: { why: string; since: number } | undefined = { why: 'not connected to Redis yet', since: now() };
  const told = new Set<string>();
  let errors = 0;

  const trouble = ({ kind, sentence }: Trouble): void => {
    errors++;
    const changed = outage?.why !== sentence;
    outage = { why: sentence, since: outage?.since ?? now() };
    if (!told.has(kind)) log.warn({ redis, trouble: kind }, `${sentence}; sessions go on, their records wait`);
    told.add(kind);
    if (changed) onChange();
  };

  const recovered = (): void => {
    if (!outage) return;
    if (told.size > 0) log.info({ redis, outageMs: now() - outage.since }, 'Redis is back, all records are written');
    outage = undefined;
    told.clear();
    onChange();
  };

  return { trouble, recovered, current: () => outage, errors: () => errors };
};
