/** mooring/node: a node's sessions, from the server that a team writes. */
export {
  type CreateServer,
  defineServer,
  type SessionContext,
  type SessionServer,
} from '../../node/mcp/open-session.ts';
export { NODE_DEFAULTS, type NodeOptions, type RunningNode, startNode } from '../../node/start-node.ts';
export { createLog, type Log, silentLog } from '../../shared/log.ts';
