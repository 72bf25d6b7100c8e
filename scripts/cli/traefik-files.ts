/** Traefik's files as the commands that explain them read them: what is broken is left out, and told. */

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
  /** Complete: with what Traefik adds of its own. */
  readonly config: DynamicConfig;
  readonly files: readonly string[];
};

/** undefined: they cannot be read, and why has been told. */
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
    else terminal.complain(`${file} cannot be used; --configfile names another one`);
    return undefined;
  }
  if (problems.length > 0 && !json) terminal.complain('skipped, as Traefik skips what is broken\n');
  return { staticConfig: read.config, config: completeConfig(kept, read.config), files: [...sources.keys()] };
};
