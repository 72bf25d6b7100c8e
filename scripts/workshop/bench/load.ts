import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './child.ts';
import { type Machine, pinned } from './machine.ts';
import { CALL_BODY, type Load, PATH } from './plan.ts';
import { NODE } from './subjects.ts';

export type LoadFigures = { readonly rate: number; readonly p50: number; readonly p99: number };

const beside = (name: string): string => join(fileURLToPath(import.meta.url), '..', name);

/** Requests per second, and latency in milliseconds. A proxy that answers anything but 200 is not measured. */
export const measureLoad = async (
  machine: Machine,
  url: string,
  { load, seconds, cookie }: { load: Load; seconds: number; cookie: string },
): Promise<LoadFigures> => {
  const { method, connections } = load;
  const target = url + PATH;
  const command = machine.wrk
    ? [
        machine.wrk,
        '-t1',
        `-c${connections}`,
        `-d${seconds}s`,
        '-s',
        beside('wrk.lua'),
        target,
        '--',
        method,
        cookie,
        CALL_BODY,
      ]
    : [...NODE, beside('generator.ts'), target, String(seconds), String(connections), method, cookie, CALL_BODY];
  const output = await run(pinned(machine, 'load', command));
  const figures = JSON.parse(output.trim().split('\n').at(-1)!);
  if (figures.errors > 0) throw new Error(`${figures.errors} of ${figures.requests} requests to ${target} failed`);
  return { rate: figures.requests / figures.seconds, p50: figures.p50, p99: figures.p99 };
};
