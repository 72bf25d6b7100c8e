/** The two texts that Traefik and the router read, with the reason of each part beside it. */

import { writeYaml } from '../source/write-yaml.ts';
import type { Topology } from '../topology/topology.ts';
import { dynamicComments, staticComments } from './comments.ts';
import { dynamicOf } from './dynamic.ts';
import { type StaticOptions, staticOf } from './static.ts';

export type GenerateOptions = StaticOptions & {
  /** The topology's file, named in the first line. */
  readonly source?: string;
};

export const generateFiles = (topology: Topology, options: GenerateOptions): { static: string; dynamic: string } => {
  const fixed = staticOf(topology, options);
  const dynamic = dynamicOf(topology);
  const heading = generatedFrom(options.source);
  return {
    static: writeYaml(fixed, { heading, comments: staticComments(fixed, topology) }),
    dynamic: writeYaml(dynamic, { heading, comments: dynamicComments(dynamic, topology) }),
  };
};

/** Comments go through Traefik's templates too: a file name must not begin one. */
export const generatedFrom = (source?: string): string => {
  const from = source === undefined ? '' : ` from ${source.replace(/\{(?=\{)/g, '{ ').replace(/[\r\n]/g, ' ')}`;
  return `Generated${from} by \`npm run generate\`: change the topology and run it again.`;
};
