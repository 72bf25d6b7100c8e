/** Set by the health checks. A server without one is always up. */
export type ServerStatusView = { isUp(service: string, url: string): boolean };

/**
 * What a parent sees: up when any server is up. Traefik only reports changes, and a service without servers never
 * changes, so its parent treats it as up.
 */
export const anyUp = (chosen: readonly { isUp(): boolean }[], all: readonly { isUp(): boolean }[]): boolean => {
  const asked = chosen.length > 0 ? chosen : all;
  return asked.length === 0 || asked.some((one) => one.isUp());
};
