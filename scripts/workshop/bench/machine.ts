import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { findProgram } from '../../../shared/find-program.ts';
import { findTraefik } from '../../../shared/traefik-binary.ts';

/** The programs found on this machine. Without taskset, or on one core, nothing is pinned. */
export type Machine = {
  readonly traefik: string | undefined;
  readonly nginx: string | undefined;
  readonly wrk: string | undefined;
  readonly taskset: string | undefined;
  readonly cores: number;
};

export const lookAround = (): Machine => ({
  traefik: findTraefik(),
  nginx: findProgram(['nginx']) ?? findProgram(['nginx'], '/usr/sbin'),
  wrk: findProgram(['wrk']),
  taskset: cpus().length > 1 ? findProgram(['taskset']) : undefined,
  cores: cpus().length,
});

/** The proxy has one core; load generator and servers have another. */
export type Side = 'proxy' | 'load';
const CORES: Record<Side, string> = { proxy: '0', load: '1' };

export const pinned = (machine: Machine, side: Side, command: readonly string[]): string[] =>
  machine.taskset === undefined ? [...command] : [machine.taskset, '-c', CORES[side], ...command];

/** This process and the children it starts from now on. */
export const stayWith = (machine: Machine, side: Side): void => {
  if (machine.taskset !== undefined) spawnSync(machine.taskset, ['-cp', CORES[side], `${process.pid}`]);
};

/** What readers need to judge the figures. */
export const remarks = (machine: Machine): string[] => [
  ...(machine.traefik ? [] : ['Traefik was not found (TRAEFIK_BIN or PATH): skipped.']),
  ...(machine.nginx ? [] : ['nginx was not found: skipped.']),
  ...(machine.wrk ? [] : ['wrk was not found: the load comes from a generator of our own, which is slower.']),
  ...(machine.taskset ? [] : ['Nobody is pinned to a core (no taskset, or one core): ratios mix with the scheduler.']),
];
