import { parseGoDuration } from '../../traefik/go-duration.ts';
import type { Hazard } from '../hazard.ts';
import type { Topology } from '../topology.ts';

const SLOW = 10_000;

export const healthHazards = ({ healthCheck, timeouts }: Topology): readonly Hazard[] => [
  ...(healthCheck === false
    ? [noHealthCheck]
    : timing(milliseconds(healthCheck.interval), milliseconds(healthCheck.timeout))),
  ...(milliseconds(timeouts.grace) === 0 ? [noGrace] : []),
];

const milliseconds = (text: string): number => {
  const parsed = parseGoDuration(text);
  return 'milliseconds' in parsed ? parsed.milliseconds : Number.POSITIVE_INFINITY;
};

const timing = (interval: number, timeout: number): Hazard[] => {
  if (interval <= 0 || timeout <= 0) return [noTime];
  if (interval < timeout) return [overlapping];
  return interval > SLOW ? [slow(interval)] : [];
};

const noHealthCheck: Hazard = {
  name: 'no-health-check',
  severity: 'warning',
  path: 'healthCheck',
  message: 'without a health check, clients of a node that died get 502 for as long as they come back to it',
  remedy: 'remove healthCheck: false; the nodes answer GET /healthz',
};

const noTime: Hazard = {
  name: 'health-check-times',
  severity: 'error',
  path: 'healthCheck',
  message: 'a health check with an interval or a timeout of 0 is not done: Traefik takes its own 30s and 5s',
  remedy: 'write for example interval: 1s and timeout: 1s',
};

const overlapping: Hazard = {
  name: 'health-check-times',
  severity: 'warning',
  path: 'healthCheck.timeout',
  message: 'a check may last longer than the time between two: a node that hangs is noticed late',
  remedy: 'choose a timeout shorter than the interval',
};

const slow = (interval: number): Hazard => ({
  name: 'slow-health-check',
  severity: 'warning',
  path: 'healthCheck.interval',
  message: `clients of a node that died get 502 for up to ${interval / 1000} s`,
  remedy: 'check every second: it costs a node next to nothing',
});

const noGrace: Hazard = {
  name: 'no-grace',
  severity: 'warning',
  path: 'timeouts.grace',
  message: 'with no time to end them, every answer under way is cut when Traefik stops',
  remedy: 'give it 10s',
};
