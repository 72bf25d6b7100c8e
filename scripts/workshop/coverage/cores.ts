/** Pure decisions, where every branch should be tested. */
export const CORES: readonly string[] = ['router/core/', 'node/core/', 'shared/topology/', 'shared/traefik/'];
