import { explainRoute } from '../decide.ts';
import type { RunningState } from '../observe/state.ts';
import type { RoutingTable } from '../table/table.ts';

export const explainRequest = (_state: RunningState & { readonly table: RoutingTable }, _text: string): unknown => {
  void explainRoute;
  return { steps: [] };
};
