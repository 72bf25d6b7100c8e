/** What is measured, how long and how often. */
export type Plan = {
  readonly rounds: number;
  /** Of each load. wrk knows whole seconds only. */
  readonly seconds: number;
  readonly eventSeconds: number;
  readonly starts: number;
  readonly loads: readonly Load[];
};

export type Load = { readonly name: string; readonly method: 'GET' | 'POST'; readonly connections: number };

/** A tool call, as clients send it again and again. */
const CALLS: readonly Load[] = [
  { name: 'POST, 1 connection', method: 'POST', connections: 1 },
  { name: 'POST, 64 connections', method: 'POST', connections: 64 },
];
const READS: readonly Load[] = [{ name: 'GET, 64 connections', method: 'GET', connections: 64 }];

export const QUICK: Plan = { rounds: 2, seconds: 1, eventSeconds: 0.6, starts: 3, loads: CALLS };
export const FULL: Plan = { rounds: 6, seconds: 3, eventSeconds: 2, starts: 7, loads: [...CALLS, ...READS] };

/** Where all of it goes: the path that a sticky service stands behind. */
export const PATH = '/mcp';
export const COOKIE = '_mcp_backend';
export const CALL_BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'counter', arguments: { by: 1 } },
});
