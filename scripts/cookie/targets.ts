import { type Targets, targetsOf } from '../../router/explain/decode-cookies.ts';
import { readDynamic } from '../../router/traefik/config/dynamic/read-dynamic.ts';
import { formatProblems } from '../../shared/source/format-problems.ts';
import { readTopology } from '../../shared/topology/read-topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import type { Terminal } from '../cli/terminal.ts';
import { readTraefikFiles } from '../cli/traefik-files.ts';
import { topologyText } from '../deployment/deployment.ts';

type Output = { readonly terminal: Terminal; readonly json: boolean };

/** undefined: the files cannot be read, and the reason was printed. */
export const targetsOfConfigfile = async (file: string, output: Output): Promise<Targets | undefined> => {
  const files = await readTraefikFiles(file, output);
  if (files === undefined) return undefined;
  return targetsOf(files.config);
};

export const targetsOfTopology = async (file: string, { terminal, json }: Output): Promise<Targets | undefined> => {
  const text = await topologyText(file);
  const { topology, problems } = readTopology(text, file);
  if (topology === undefined) {
    if (json) terminal.print(JSON.stringify({ event: 'problems', problems }));
    else terminal.complain(formatProblems(problems, { color: terminal.color, sources: new Map([[file, text]]) }));
    return undefined;
  }
  const { dynamic } = generateFiles(topology, { dynamicFile: file });
  const { targets, outside } = targetsOf(readDynamic([{ file, text: dynamic }]).config);
  // Line numbers would be those of a generated file that is not on disk.
  return { targets: targets.map((target) => ({ ...target, at: { file, line: 1, column: 1 } })), outside };
};
