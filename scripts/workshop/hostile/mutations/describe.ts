import type { Difference, Outcome } from './outcome.ts';

/** For people: what was sent, and the result on each side. */
export const describe = ({ stream, traefik, router }: Difference): string =>
  [
    `stream ${stream.seed}: ${JSON.stringify(stream.bytes)}`,
    `Traefik: ${outcome(traefik)}`,
    `router:  ${outcome(router)}`,
  ].join('\n');

const outcome = ({ statuses, closed, executed }: Outcome): string => {
  const requests = executed.map(({ method, target, host, body }) => `${method} ${target} ${host} +${body.length}`);
  return `${statuses.join(' ')}${closed ? ', closed' : ', open'}; executed ${requests.join(', ') || 'nothing'}`;
};
