/** The two files that Traefik and the router read, with a comment on the reason for each part. */

import { writeYaml } from '../source/write-yaml.ts';
import type { Topology } from '../topology/topology.ts';
import { dynamicComments, staticComments } from './comments.ts';
import { dynamicOf } from './dynamic.ts';
import { withPingRoute } from './ping-route.ts';
import { type StaticOptions, staticOf } from './static.ts';

export type GenerateOptions = StaticOptions & {
  /** The topology's file, named in the first line. */
  readonly source?: string;
};

/** The two files as plain objects; other providers than the file leave /ping to Traefik. */
export const fileObjects = (topology: Topology, options: StaticOptions) => {
  const given = staticOf(topology, options);
  return {
    fixed: { ...given, ping: { ...given.ping, manualRouting: true } },
    dynamic: withPingRoute(dynamicOf(topology), topology),
  };
};

export const generateFiles = (topology: Topology, options: GenerateOptions): { static: string; dynamic: string } => {
  const { fixed, dynamic } = fileObjects(topology, options);
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
