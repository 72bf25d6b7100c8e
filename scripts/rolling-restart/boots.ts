/** Which process a node is, according to the node itself and to the registry. */
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { askHealth } from '../deployment/ask-health.ts';
import { lookAt } from '../deployment/node-status.ts';

export type Boots = {
  /** down: no 200. unnamed: a 200 without a boot id. */
  readonly health:
    | { readonly kind: 'down' }
    /** serverStarts: of an upstream server, which may restart while its node keeps running. */
    | { readonly kind: 'up'; readonly boot: string | undefined; readonly serverStarts?: number | undefined };
  /** Undefined: not there, or no registry. */
  readonly registry: string | undefined;
  /** The prefix of its ids. */
  readonly prefix?: string | undefined;
};

export type Asking = {
  readonly node: string;
  readonly healthUrl: string;
  readonly view: RegistryView | undefined;
};

export const askBoots = async ({ node, healthUrl, view }: Asking): Promise<Boots> => {
  const [health, seen] = await Promise.all([askHealth(healthUrl), view && lookAt({ view, node })]);
  return {
    health: health.kind === 'down' ? health : { kind: 'up', boot: health.boot, serverStarts: health.serverStarts },
    registry: seen?.kind === 'seen' ? seen.boot : undefined,
    prefix: (health.kind === 'up' ? health.prefix : undefined) ?? (seen?.kind === 'seen' ? seen.prefix : undefined),
  };
};

/** Checked after the restart command has ended. */
export const isBack = (before: Boots, now: Boots): boolean => {
  // The registry may not have known the previous process yet; the process itself did.
  const known = [before.registry, before.health.kind === 'up' ? before.health.boot : undefined];
  if (now.registry !== undefined && !known.includes(now.registry)) return true;
  if (now.health.kind === 'down') return false;
  // Without a boot id a server cannot be distinguished from the previous one, so any answer counts.
  if (before.health.kind === 'down' || now.health.boot === undefined) return before.registry === undefined;
  return now.health.boot !== before.health.boot || now.health.serverStarts !== before.health.serverStarts;
};
