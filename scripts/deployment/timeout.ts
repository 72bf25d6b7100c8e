import { parseGoDuration } from '../../shared/traefik/go-duration.ts';
import { Misuse } from '../cli/misuse.ts';

export const readTimeout = (text: string, option: string): number => {
  const read = parseGoDuration(text);
  if ('error' in read) throw new Misuse(`${option}: ${read.error}`);
  if (read.milliseconds < 0) throw new Misuse(`${option}: ${text} lies in the past`);
  return read.milliseconds;
};
