import { writtenName } from '../../../../shared/traefik/qualified-name.ts';
import type { RouterConfig } from '../../../core/model.ts';
import type { RunningState } from '../state.ts';
import { exactInteger, omitEmpty } from './encode.ts';

type RunningRouter = RunningState['table']['routers'] extends ReadonlyMap<string, infer R> ? R : never;

const OBSERVABILITY = { accessLogs: true, metrics: true, tracing: true, traceVerbosity: 'minimal' };
const MAX_INT = 2n ** 63n - 1n;

export const representRouter = ({ config, using, status, errors }: RunningRouter): Record<string, unknown> =>
  omitEmpty({
    entryPoints: config.entryPoints,
    middlewares: config.middlewares,
    service: writtenName(config.service),
    rule: config.rule,
    ruleSyntax: isOwn(config) && 'default',
    priority: using.length > 0 && printedPriority(config),
    tls: config.tls && { options: 'default' },
    observability: OBSERVABILITY,
    error: errors,
    status,
    using,
  });

/** References in a file usually have no provider, and Traefik shows services as written. */

export const providerOf = (name: string): string => name.slice(name.indexOf('@') + 1);

export const priorityText = ({ config, using }: RunningRouter): string =>
  using.length > 0 ? String(exactPriority(config)) : '0';

const printedPriority = (config: RouterConfig): number | string => {
  const exact = exactPriority(config);
  return Number.isSafeInteger(config.priority) && exact === BigInt(config.priority)
    ? config.priority
    : exactInteger(exact);
};

/** Traefik's own routers have priorities just below 2^63, too large for a number; ours count down from MAX_SAFE. */
const exactPriority = (config: RouterConfig): bigint => {
  const { priority } = config;
  if (priority > Number.MAX_SAFE_INTEGER) return MAX_INT - 1n;
  const below = Number.MAX_SAFE_INTEGER - priority;
  return isOwn(config) && below < 1000 ? MAX_INT - BigInt(below) : BigInt(priority);
};

const isOwn = (config: RouterConfig): boolean => config.name.endsWith('@internal');
