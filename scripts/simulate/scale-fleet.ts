import type { Group, Scenario } from './scenario.ts';

type Other = { readonly clients: number | undefined; readonly holds: Group['holds'] | undefined };

/** Another number of clients, in the same proportions, each group keeping one at least; and other ones. */
export const scaleFleet = (scenario: Scenario, { clients, holds }: Other): Scenario => {
  const before = scenario.fleet.reduce((sum, group) => sum + group.clients, 0);
  const fleet = scenario.fleet.map((group) => ({
    ...group,
    clients: Math.max(1, Math.round((group.clients * (clients ?? before)) / before)),
    holds: holds ?? group.holds,
  }));
  return { ...scenario, fleet };
};
