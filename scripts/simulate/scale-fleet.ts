import type { Group, Scenario } from './scenario.ts';

type Other = { readonly clients: number | undefined; readonly holds: Group['holds'] | undefined };

/** Changes the number of clients, keeping proportions and at least one of each group; and what they hold. */
export const scaleFleet = (scenario: Scenario, { clients, holds }: Other): Scenario => {
  const before = scenario.fleet.reduce((sum, group) => sum + group.clients, 0);
  const fleet = scenario.fleet.map((group) => ({
    ...group,
    clients: Math.max(1, Math.round((group.clients * (clients ?? before)) / before)),
    holds: holds ?? group.holds,
  }));
  return { ...scenario, fleet };
};
