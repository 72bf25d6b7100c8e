import { callerId, INTERNAL_ERROR, SERVER_ERROR } from '../../core/json-rpc.ts';
import type { JsonRpcError } from '../../http/json-rpc-error.ts';
import type { Posted } from '../streams/live-session.ts';

const REASON = { reason: 'server-ended' };

/** For each call that was in flight. */
export const ENDED = {
  code: SERVER_ERROR,
  message: 'The server of this session ended before it answered.',
  data: REASON,
};

export const NOT_BEGUN: JsonRpcError = {
  status: 500,
  code: INTERNAL_ERROR,
  message: 'Internal error: the server of this session ended before it answered initialize; see the log of the node',
  data: REASON,
};

const again = (seconds: number) => ({ 'retry-after': String(seconds) });

export const BUSY: JsonRpcError = {
  status: 503,
  code: SERVER_ERROR,
  message: 'The server of this session does not read its input.',
  headers: again(5),
};

export const STARTING: JsonRpcError = {
  status: 503,
  code: SERVER_ERROR,
  message: 'too many servers are starting on this node',
  headers: again(5),
};

export const ENDING: JsonRpcError = {
  status: 503,
  code: SERVER_ERROR,
  message: 'the servers of earlier sessions are still ending on this node',
  headers: again(5),
};

export const refusal = ({ status, code, message, data, headers }: JsonRpcError, posted?: Posted): Response =>
  Response.json(
    {
      jsonrpc: '2.0',
      error: { code, message, ...(data !== undefined && { data }) },
      id: callerId(posted?.messages ?? []),
    },
    { status, headers: { ...headers } },
  );
