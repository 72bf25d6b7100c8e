import { randomBytes } from 'node:crypto';
import type { Log } from '../shared/log.ts';
import type { Events } from '../shared/registry/redis-events.ts';
import type { Self, SessionRegistry } from '../shared/registry/session-registry.ts';
import type { Keys, StateKeys } from './core/shared-keys.ts';
import type { NodeMetrics } from './http/metrics.ts';
import type { SharedServices } from './mcp/server-context.ts';
import type { NodeDrain } from './node-drain.ts';
import { askOwner, askOwners } from './sessions/ask-owner.ts';
import type { SessionTable } from './sessions/session-table.ts';
import { changesOn } from './state/event-bus.ts';
import { HeldState } from './state/held-state.ts';
import { sharedBus } from './state/shared-bus.ts';

/** How a node exchanges events with others. */
export type JoinEvents = (onText: (text: string) => void) => Events;

type SharedServicesOptions = {
  readonly self: Self;
  readonly registry: SessionRegistry;
  readonly table: SessionTable;
  readonly drain: Pick<NodeDrain, 'phase'>;
  readonly metrics: NodeMetrics;
  readonly stateKeys?: Keys | undefined;
  readonly joinEvents?: JoinEvents | undefined;
  readonly log: Log;
  readonly now: () => number;
  readonly wallClock: () => number;
};

/** What a node holds apart from its sessions, and how it publishes changes. */
export const sharedServices = (
  options: SharedServicesOptions,
): { readonly around: SharedServices; leave(): Promise<void> } => {
  const { self, registry, table, drain, metrics, joinEvents } = options;
  const state = new HeldState({
    ...options,
    node: self.node,
    askOwner: askOwners(askOwner, options.now),
    isLeaving: () => drain.phase === 'refusing',
    countCall: (by) => table.countCall(by),
    onMiss: metrics.missedState,
  });
  const bus = sharedBus({ boot: self.boot, send: (text) => events?.send(text) ?? NOBODY });
  const events = joinEvents?.((text) => bus.receive(text));
  metrics.watch({ table, registry, state, bus });
  const around = { state, bus, changes: changesOn(bus), stateKeys: keysOf(options) };
  return { around, leave: async () => events?.quit() };
};

/** Receives the events of a node that has no others. */
const NOBODY = Promise.resolve(true);

const OWN_KEY =
  'requestState is sealed with a key of this node only, so other nodes cannot read it (--request-state-key-file)';

const keysOf = ({ stateKeys, log }: SharedServicesOptions): StateKeys =>
  stateKeys
    ? { keys: stateKeys, onUse: () => undefined }
    : { keys: [randomBytes(32).toString('base64')], onUse: () => log.warn(OWN_KEY) };
