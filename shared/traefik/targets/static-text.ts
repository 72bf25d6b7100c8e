import { writeYaml } from '../../source/write-yaml.ts';
import type { Topology } from '../../topology/topology.ts';
import { staticComments } from '../comments.ts';
import { generatedFrom } from '../generate-files.ts';
import { staticOf } from '../static.ts';

/** Traefik's static file for providers other than the file. */
export const staticWithProviders = (
  topology: Topology,
  { providers, comment }: { readonly providers: object; readonly comment: string },
): string => {
  const fixed = staticOf(topology, { dynamicFile: '' });
  const comments = staticComments(fixed, topology).filter(({ path }) => path[0] !== 'providers');
  return writeYaml(
    { ...fixed, providers },
    { heading: generatedFrom(), comments: [...comments, { path: ['providers'], text: comment }] },
  );
};
