import type { ServerResponse } from 'node:http';
import type { RequestId } from '../core/json-rpc.ts';

export type JsonRpcError = {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly id?: RequestId | null;
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the whole answer at once; only then is the exchange over. */
  readonly endAfter?: Promise<void>;
};

/** The only way in which /mcp refuses a request. */
export const sendError = (res: ServerResponse, error: JsonRpcError): void => {
  if (res.headersSent || res.destroyed) return void res.destroy();
  const { status, code, message, id = null, data, headers, endAfter } = error;
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message, ...(data !== undefined && { data }) }, id });
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });
  if (!endAfter) return void res.end(body);
  res.write(body);
  void endAfter.then(() => res.end());
};
