import type { Found } from '../../found.ts';
import { millisecondsOf } from '../../traefik/go-duration.ts';
import type { Hazard } from '../hazard.ts';
import type { Topology } from '../topology.ts';

const SLOW = 10_000;

export const healthHazards = ({ healthCheck, timeouts }: Topology): Found<Hazard> => [
  healthCheck === false
    ? noHealthCheck
    : [
        timing(healthCheck, 'healthCheck', 'clients of a node that died get 502'),
        timing(healthCheck.ready, 'healthCheck.ready', 'a node that is full, drains or stops gets new sessions'),
        notOurs(healthCheck),
      ],
  millisecondsOf(timeouts.grace) === 0 ? noGrace : undefined,
];

type Check = { readonly interval: string; readonly timeout: string };

const timing = (check: Check, path: string, meanwhile: string): Hazard | undefined => {
  const [interval, timeout] = [millisecondsOf(check.interval), millisecondsOf(check.timeout)];
  if (interval <= 0 || timeout <= 0) return noTime(path);
  if (interval < timeout) return overlapping(path);
  return interval > SLOW ? slow(path, `${meanwhile} for up to ${interval / 1000} s`) : undefined;
};

const noHealthCheck: Hazard = {
  name: 'no-health-check',
  severity: 'warning',
  path: 'healthCheck',
  message: 'without a health check, clients of a node that died get 502 for as long as they come back to it',
  remedy:
    'remove healthCheck: false; a node answers GET /healthz, also one in front of another server (npm run node -- --upstream URL)',
};

const noTime = (path: string): Hazard => ({
  name: 'health-check-times',
  severity: 'error',
  path,
  message: 'a health check with an interval or a timeout of 0 is not done: Traefik takes its own 30s and 5s',
  remedy: 'write for example interval: 1s and timeout: 1s',
});

const overlapping = (path: string): Hazard => ({
  name: 'health-check-times',
  severity: 'warning',
  path: `${path}.timeout`,
  message: 'a check may last longer than the time between two: a node that hangs is noticed late',
  remedy: 'choose a timeout shorter than the interval',
});

const slow = (path: string, message: string): Hazard => ({
  name: 'slow-health-check',
  severity: 'warning',
  path: `${path}.interval`,
  message,
  remedy: 'check every second or two: it costs a node next to nothing',
});

/** If one path was changed, the nodes may not have the other. */
const notOurs = ({ path, ready }: Exclude<Topology['healthCheck'], false>): Hazard | undefined =>
  path === OURS.live || ready.path !== OURS.ready
    ? undefined
    : {
        name: 'ready-path',
        severity: 'warning',
        path: 'healthCheck.ready.path',
        message: `the nodes tell at ${path} whether they live, and are asked at ${ready.path} whether they take new sessions: if they know no such path, no cookie is set`,
        remedy: `name the path that is 503 while a node takes no new sessions; where there is none, ${path}`,
      };

const OURS = { live: '/healthz', ready: '/readyz' };

const noGrace: Hazard = {
  name: 'no-grace',
  severity: 'warning',
  path: 'timeouts.grace',
  message: 'with no time to end them, every answer under way is cut when Traefik stops',
  remedy: 'give it 10s',
};
