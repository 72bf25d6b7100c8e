import type { Figures } from './figures.ts';
import type { Bound, FIGURES, Scenario } from './scenario.ts';

type FigureName = (typeof FIGURES)[number];

export type Check = {
  readonly name: FigureName;
  readonly wanted: string;
  readonly found: number;
  readonly holds: boolean;
};

const FOUND: Readonly<Record<FigureName, (figures: Figures) => number>> = {
  lost: ({ sessions }) => sessions.lost,
  moved: ({ sessions }) => sessions.moved,
  opened: ({ sessions }) => sessions.opened,
  stranded: ({ stranded }) => stranded,
  without: ({ without }) => without,
  failed: ({ calls }) => calls.failed,
  serverErrors: ({ serverErrors }) => serverErrors,
  misroutes: ({ misroutes }) => misroutes,
  recoveryP99Ms: ({ recovery }) => recovery.p99,
};

export const checkExpectations = ({ expect }: Pick<Scenario, 'expect'>, figures: Figures): readonly Check[] =>
  Object.entries(expect).flatMap(([key, bound]) => {
    const name = key as FigureName;
    if (bound === undefined) return [];
    const found = FOUND[name](figures);
    return [{ name, found, wanted: wantedText(bound), holds: fits(found, bound) }];
  });

const fits = (found: number, bound: Bound): boolean => {
  if (typeof bound === 'number') return found === bound;
  return found >= (bound.least ?? Number.NEGATIVE_INFINITY) && found <= (bound.most ?? Number.POSITIVE_INFINITY);
};

const wantedText = (bound: Bound): string => {
  if (typeof bound === 'number') return String(bound);
  const parts = [
    bound.least === undefined ? '' : `at least ${bound.least}`,
    bound.most === undefined ? '' : `at most ${bound.most}`,
  ];
  return parts.filter((part) => part !== '').join(', ') || 'anything';
};
