/** Which process a node is, as the node itself says and as the registry does. */
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { askHealth } from '../deployment/ask-health.ts';
import { lookAt } from '../deployment/node-status.ts';

export type Boots = {
  /** down: no 200. unnamed: a 200 of a server that tells no boot. */
  readonly health:
    | { readonly kind: 'down' }
    /** serverStarts: of a server elsewhere, which may restart while its node stays. */
    | { readonly kind: 'up'; readonly boot: string | undefined; readonly serverStarts?: number | undefined };
  /** Undefined: not there, or nobody to ask. */
  readonly registry: string | undefined;
  /** What its ids begin with. */
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

/** Asked after the restart command has ended. */
export const isBack = (before: Boots, now: Boots): boolean => {
  // The registry may not have known the process from before yet; the process itself did.
  const known = [before.registry, before.health.kind === 'up' ? before.health.boot : undefined];
  if (now.registry !== undefined && !known.includes(now.registry)) return true;
  if (now.health.kind === 'down') return false;
  // A server that names no boot cannot be told from the one before: its answer has to do.
  if (before.health.kind === 'down' || now.health.boot === undefined) return before.registry === undefined;
  return now.health.boot !== before.health.boot || now.health.serverStarts !== before.health.serverStarts;
};
