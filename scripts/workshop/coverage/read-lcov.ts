export type FileCoverage = {
  readonly file: string;
  readonly branches: number;
  /** Lines with a branch that was never taken. */
  readonly missed: readonly number[];
};

/** The part of lcov's format about branches: `SF:file`, `BRDA:line,block,branch,taken`. */
export const readLcov = (text: string): readonly FileCoverage[] =>
  text
    .split('end_of_record')
    .map((record) => ({ file: /^SF:(.*)$/m.exec(record)?.[1] ?? '', record }))
    .filter(({ file }) => file !== '' && !/\.test\.ts$|\/test-[^/]*$/.test(file))
    .map(({ file, record }) => {
      const branches = [...record.matchAll(/^BRDA:(\d+),\d+,\d+,(\d+|-)$/gm)];
      const missed = branches.filter(([, , taken]) => taken === '0' || taken === '-').map(([, line]) => Number(line));
      return { file: file.replaceAll('\\', '/'), branches: branches.length, missed };
    });

/** A branch that was not seen was not taken. */
export const coverageOf = (
  files: readonly FileCoverage[],
): { readonly taken: number; readonly all: number; readonly percent: number } => {
  const all = files.reduce((sum, { branches }) => sum + branches, 0);
  const taken = all - files.reduce((sum, { missed }) => sum + missed.length, 0);
  return { taken, all, percent: all === 0 ? 0 : (100 * taken) / all };
};
