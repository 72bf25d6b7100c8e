import type { Scenario } from './scenario.ts';

/** Another number of clients, in the same proportions; each group keeps one at least. */
export const scaleFleet = (scenario: Scenario, clients: number): Scenario => {
  const before = scenario.fleet.reduce((sum, group) => sum + group.clients, 0);
  const fleet = scenario.fleet.map((group) => ({
    ...group,
    clients: Math.max(1, Math.round((group.clients * clients) / before)),
  }));
  return { ...scenario, fleet };
};
