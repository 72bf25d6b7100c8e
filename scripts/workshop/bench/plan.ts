export type Plan = {
  readonly rounds: number;
  /** For each load. wrk only accepts whole seconds. */
  readonly seconds: number;
  readonly eventSeconds: number;
  readonly starts: number;
  readonly loads: readonly Load[];
};

export type Load = { readonly name: string; readonly method: 'GET' | 'POST'; readonly connections: number };

/** A tool call, as clients send many times. */
const CALLS: readonly Load[] = [
  { name: 'POST, 1 connection', method: 'POST', connections: 1 },
  { name: 'POST, 64 connections', method: 'POST', connections: 64 },
];
const READS: readonly Load[] = [{ name: 'GET, 64 connections', method: 'GET', connections: 64 }];

export const QUICK: Plan = { rounds: 2, seconds: 1, eventSeconds: 0.6, starts: 3, loads: CALLS };
export const FULL: Plan = { rounds: 6, seconds: 3, eventSeconds: 2, starts: 7, loads: [...CALLS, ...READS] };

/** The target of all requests: the path with a sticky service. */
export const PATH = '/mcp';
export const COOKIE = '_mcp_backend';
export const CALL_BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'counter', arguments: { by: 1 } },
});
