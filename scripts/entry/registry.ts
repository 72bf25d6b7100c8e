/** mooring/registry: which sessions exist, and where. */
export { createLog, type Log, silentLog } from '../../shared/log.ts';
export { createMemoryStore, MemoryRegistry } from '../../shared/registry/memory.ts';
export {
  REGISTRY_DEFAULTS,
  RedisRegistry,
  type RedisRegistryOptions,
} from '../../shared/registry/redis-registry.ts';
export { type RegistryView, viewRegistry } from '../../shared/registry/registry-view.ts';
export {
  type NodeId,
  newSessionId,
  ownerOf,
  parseNodeId,
  parseSessionId,
  type SessionId,
} from '../../shared/registry/session-id.ts';
export type * from '../../shared/registry/session-registry.ts';
