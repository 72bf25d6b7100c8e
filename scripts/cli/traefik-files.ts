/** Reads Traefik's files for the commands that explain them. Invalid parts are skipped and reported. */

import type { DynamicConfig } from '../../router/core/model.ts';
import type { StaticConfig } from '../../router/core/static-model.ts';
import { completeConfig } from '../../router/core/table/compile.ts';
import { usable } from '../../router/follow.ts';
import { loadDynamic, loadStatic } from '../../router/traefik/config/load.ts';
import { formatProblems } from '../../shared/source/format-problems.ts';
import type { Terminal } from './terminal.ts';

export const DEFAULT_CONFIGFILE = 'config/traefik.yml';

export type TraefikFiles = {
  readonly staticConfig: StaticConfig;
  /** Includes what Traefik adds by itself. */
  readonly config: DynamicConfig;
  readonly files: readonly string[];
};

/** undefined: they cannot be used, and the reason was printed. */
export const readTraefikFiles = async (
  file: string,
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): Promise<TraefikFiles | undefined> => {
  const read = await loadStatic(file);
  const dynamic = read.config && (await loadDynamic(read.config.fileProvider));
  const problems = [...read.problems, ...(dynamic?.problems ?? [])];
  const sources = new Map([...read.sources, ...(dynamic?.sources ?? [])]);
  const kept = read.problems.length > 0 ? undefined : dynamic && usable(dynamic, true);
  if (problems.length > 0 && (kept === undefined || !json))
    terminal.complain(`${formatProblems(problems, { color: terminal.color, sources })}\n`);
  if (kept === undefined || read.config === undefined) {
    if (json) terminal.print(JSON.stringify({ event: 'problems', problems }));
    else terminal.complain(`${file} cannot be used; --configfile selects another file`);
    return undefined;
  }
  if (problems.length > 0 && !json) terminal.complain('skipped, as Traefik skips invalid parts\n');
  return { staticConfig: read.config, config: completeConfig(kept, read.config), files: [...sources.keys()] };
};
