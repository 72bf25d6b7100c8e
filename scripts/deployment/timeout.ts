import { MAX_WAIT_MS } from '../../shared/registry/drain-mark.ts';
import { parseGoDuration } from '../../shared/traefik/go-duration.ts';
import { Misuse } from '../cli/misuse.ts';

export const readTimeout = (text: string, option: string): number => {
  const read = parseGoDuration(text);
  if ('error' in read) throw new Misuse(`${option}: ${read.error}`);
  if (read.milliseconds < 0) throw new Misuse(`${option}: ${text} is negative`);
  return read.milliseconds;
};

/** A node accepts no mark with a longer time, and Node's timers cannot wait for 25 days. */
export const readWait = (text: string, option: '--idle' | '--settle'): number => {
  const ms = readTimeout(text, option);
  if (ms > MAX_WAIT_MS) throw new Misuse(`${option} takes at most 24h, not ${text}`);
  return ms;
};
