import type { Told } from './run-suite.ts';

export type Row = {
  readonly area: string;
  readonly subject: string;
  readonly cases: number;
  readonly failed: number;
  readonly faults: number;
  readonly lost: number;
  readonly crossed: number;
  readonly seconds: number;
};

/** One row per area and subject, then the total. */
export const rowsOf = (told: readonly Told[]): readonly Row[] => {
  const rows = new Map<string, Row>();
  for (const one of told) {
    const key = `${one.area} ${one.subject}`;
    rows.set(key, add(rows.get(key), one));
  }
  return [...rows.values()];
};

const NONE: Row = { area: 'all', subject: '', cases: 0, failed: 0, faults: 0, lost: 0, crossed: 0, seconds: 0 };

export const totalOf = (told: readonly Told[]): Row =>
  told.reduce((sum, one) => ({ ...add(sum, one), area: 'all', subject: '' }), NONE);

const add = (row: Row = NONE, { area, subject, error, faults, lost, crossed, seconds }: Told): Row => ({
  area,
  subject,
  cases: row.cases + 1,
  failed: row.failed + (error === undefined ? 0 : 1),
  faults: row.faults + (error === undefined ? faults : 0),
  lost: row.lost + lost,
  crossed: row.crossed + crossed,
  seconds: Math.round((row.seconds + seconds) * 10) / 10,
});

const COLUMNS = [
  ['area', 'area'],
  ['against', 'subject'],
  ['cases', 'cases'],
  ['faults survived', 'faults'],
  ['lost', 'lost'],
  ['crossed', 'crossed'],
  ['did not hold', 'failed'],
  ['seconds', 'seconds'],
] as const satisfies readonly (readonly [string, keyof Row])[];

export const tableText = (told: readonly Told[]): string => {
  const cells = [
    COLUMNS.map(([title]) => title as string),
    ...[...rowsOf(told), totalOf(told)].map((row) => COLUMNS.map(([, key]) => String(row[key]))),
  ];
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  return cells
    .map((row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
};
