/** mooring/bus: changes published at one node reach the clients of every node. */
export { type EventBus, localBus, type NodeEvent } from '../../node/state/event-bus.ts';
export { type SharedBus, type SharedBusOptions, sharedBus } from '../../node/state/shared-bus.ts';
export { createLog, type Log, silentLog } from '../../shared/log.ts';
export { type Events, type RedisEventsOptions, redisEvents } from '../../shared/registry/redis-events.ts';
