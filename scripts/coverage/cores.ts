/** Where decisions are made: pure, and what is not tried here is not known. */
export const CORES: readonly string[] = [
  'router/decide.ts',
  'router/rule/',
  'router/request/',
  'router/service/',
  'router/table/',
  'node/core/',
  'shared/topology/',
  'shared/traefik/',
];
