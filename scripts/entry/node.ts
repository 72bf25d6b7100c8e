/** mooring/node: sessions of a server that a team writes. */

export { createNode, type MountedNode } from '../../node/create-node.ts';
export { type StdioOptions, stdioHost } from '../../node/host/stdio/stdio-host.ts';
export type { Fetch, FetchGiven } from '../../node/http/fetch.ts';
export type { Authenticate, NamePrincipal } from '../../node/http/identify.ts';
export {
  type CreateServer,
  defineServer,
  type SessionServer,
} from '../../node/mcp/open-session.ts';
export type { ServerContext, ServerContext as SessionContext } from '../../node/mcp/server-context.ts';
export { NODE_DEFAULTS, type NodeOptions, type SessionFacts } from '../../node/node-options.ts';
export { type ListeningOptions, type RunningNode, startNode } from '../../node/start-node.ts';
export { addTask, type TaskRun, type TaskTool } from '../../node/state/add-task.ts';
export { HandleGone, type HandleOptions, HandleRefused, type Handles, handles } from '../../node/state/handles.ts';
export { requestState } from '../../node/state/request-state.ts';
export { createLog, type Log, silentLog } from '../../shared/log.ts';
