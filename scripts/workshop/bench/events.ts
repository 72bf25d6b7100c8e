import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './child.ts';
import { type Machine, pinned } from './machine.ts';
import { PATH } from './plan.ts';
import { NODE } from './subjects.ts';

export type EventFigures = { readonly events: number; readonly p50: number; readonly p99: number };

const LISTENER = join(fileURLToPath(import.meta.url), '../listener.ts');
const STREAMS = 8;

/** The latency of an event from the server to its reader, in milliseconds. */
export const measureEvents = async (
  machine: Machine,
  url: string,
  { seconds, cookie }: { seconds: number; cookie: string },
): Promise<EventFigures> => {
  const command = [...NODE, LISTENER, url + PATH, String(seconds), String(STREAMS), cookie];
  const figures: EventFigures = JSON.parse(await run(pinned(machine, 'load', command)));
  if (figures.events === 0) throw new Error(`no event came through ${url}`);
  return figures;
};
