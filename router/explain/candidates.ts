import type { Request } from '../core/request/request.ts';
import type { ChoiceStep } from '../core/service/service.ts';
import type { ExplainedServer } from './explanation.ts';
import { candidatesOf, isSettled } from './service-steps.ts';
import type { World } from './world.ts';

/** Every server that a running proxy, which has served other requests, may choose now. */
export const candidatesFrom = (
  world: World,
  request: Request,
  steps: readonly ChoiceStep[],
): readonly ExplainedServer[] => {
  const byUrl = new Map(reach(world, request, steps).map((server) => [server.url, server]));
  return [...byUrl.values()];
};

const reach = (world: World, request: Request, [step, ...below]: readonly ChoiceStep[]): readonly ExplainedServer[] => {
  const config = step && world.config.services.get(step.service);
  if (step?.chosen === undefined || config === undefined) return [];
  if (config.kind === 'failover') return reach(world, request, below);
  if (config.kind === 'loadBalancer')
    return isSettled(step.reason) ? [world.serverAt(config.name, step.chosen)] : candidatesOf(world, config);
  if (isSettled(step.reason)) return reach(world, request, below);
  return config.services
    .filter(({ name, weight }) => weight > 0 && (!config.healthCheck || world.services.get(name)?.isUp()))
    .flatMap(({ name }) => reach(world, request, world.services.get(name)?.choose(request).steps ?? []));
};
