/** mooring/client: an MCP client that survives the loss of its session. */
export { cookieFetch, type FetchLike } from '../../shared/client/cookie-fetch.ts';
export { AnswerLost } from '../../shared/client/failure.ts';
export { ResilientClient } from '../../shared/client/resilient-client.ts';
export type { ClientEvent, ResilientOptions } from '../../shared/client/resilient-options.ts';
