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
        timing(healthCheck.ready, 'healthCheck.ready', 'a node that is full, draining or stopping gets new sessions'),
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
  message: 'without a health check, clients of a node that died get 502 on every request',
  remedy:
    'remove healthCheck: false; a node answers GET /healthz, also in front of another server (npm run node -- --upstream URL)',
};

const noTime = (path: string): Hazard => ({
  name: 'health-check-times',
  severity: 'error',
  path,
  message: 'Traefik ignores an interval or a timeout of 0, and uses its defaults of 30s and 5s',
  remedy: 'set for example interval: 1s and timeout: 1s',
});

const overlapping = (path: string): Hazard => ({
  name: 'health-check-times',
  severity: 'warning',
  path: `${path}.timeout`,
  message: 'a check may take longer than the interval: a node that hangs is detected late',
  remedy: 'set a timeout shorter than the interval',
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
        message: `${path} says whether a node is alive, and ${ready.path} whether it takes new sessions: if the nodes do not have ${ready.path}, no cookie is set`,
        remedy: `set the path that answers 503 while a node takes no new sessions; if there is none, ${path}`,
      };

const OURS = { live: '/healthz', ready: '/readyz' };

const noGrace: Hazard = {
  name: 'no-grace',
  severity: 'warning',
  path: 'timeouts.grace',
  message: 'with no grace time, Traefik cuts every answer in flight when it stops',
  remedy: 'set 10s',
};
