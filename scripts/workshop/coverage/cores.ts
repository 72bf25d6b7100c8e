/** Where decisions are made: pure, and what is not tried here is not known. */
export const CORES: readonly string[] = ['router/core/', 'node/core/', 'shared/topology/', 'shared/traefik/'];
