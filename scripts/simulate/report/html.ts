import type { Check } from '../expectations.ts';
import type { Figures } from '../figures.ts';
import type { Run } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
export const htmlReport = (_: {
  name: string;
  proxy: string;
  seed: number;
  scenario: Scenario;
  run: Run;
  figures: Figures;
  checks: readonly Check[];
}): string => '';
