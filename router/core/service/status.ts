/** What the health checks know. A server without one is always up. */
export type ServerStatusView = { isUp(service: string, url: string): boolean };

/**
 * What a parent is told: up when anybody is. Traefik reports changes only, and a service that never had anybody to
 * choose never changes: its parent takes it for up.
 */
export const anyUp = (chosen: readonly { isUp(): boolean }[], all: readonly { isUp(): boolean }[]): boolean => {
  const asked = chosen.length > 0 ? chosen : all;
  return asked.length === 0 || asked.some((one) => one.isUp());
};
