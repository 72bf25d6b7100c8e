import type { Request } from '../core/request/request.ts';
import type { ChoiceStep } from '../core/service/service.ts';
import type { ExplainedServer, Pin } from './explanation.ts';
import type { Routing } from './route-steps.ts';
import type { World } from './world.ts';

/** Everything known about a routed request, as input for the findings. */
export type Facts = {
  readonly world: World;
  readonly request: Request;
  readonly routing: Routing;
  readonly steps: readonly ChoiceStep[];
  readonly server: ExplainedServer | undefined;
  readonly candidates: readonly ExplainedServer[];
  readonly pin: Pin;
};
