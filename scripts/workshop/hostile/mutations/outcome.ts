/** The result of a stream on one side, as far as both sides can be compared. */
import { isDeepStrictEqual } from 'node:util';
import type { Executed } from '../rigs/recording-origin.ts';
import type { Stream } from './streams.ts';
import type { Visit } from './visit.ts';

export type Outcome = Pick<Visit, 'statuses' | 'closed' | 'reset'> & {
  readonly executed: readonly Pick<Executed, 'method' | 'target' | 'host' | 'body'>[];
};

export type Difference = { readonly stream: Stream; readonly traefik: Outcome; readonly router: Outcome };

/** If the connection is closed while the client still sends, it may lose the last answer. */
export const isCut = ({ reset, closed, statuses }: Outcome): boolean => reset || (closed && statuses.length === 0);

export const same = (a: Outcome, b: Outcome): boolean => {
  const [few, many] = a.statuses.length < b.statuses.length ? [a, b] : [b, a];
  const told = isCut(few) ? many.statuses.slice(0, few.statuses.length) : many.statuses;
  return isDeepStrictEqual(few.statuses, told) && a.closed === b.closed && isDeepStrictEqual(a.executed, b.executed);
};
