/** Classifies a failed request and decides whether it may be sent again. Pure. */
import { jsonObject } from '../json-object.ts';

/**
 * gone: its session does not exist, so it never ran. unreached: it never reached a server. lost: it may have run, but
 * its answer will not come. answered: the server has answered, or the caller gave up.
 */
export type Failure = { readonly kind: 'gone' | 'unreached' | 'lost' | 'answered' };

export type SentFacts = {
  readonly error: unknown;
  /** Status of the answer to this request; undefined if none came. */
  readonly status: number | undefined;
  /** Its client was closed because the session is gone. */
  readonly retired: boolean;
  /** The caller has aborted its signal. */
  readonly aborted: boolean;
};

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const LOST_STATUS = new Set([502, 503, 504]);

export const classifyFailure = ({ error, status, retired, aborted }: SentFacts): Failure => {
  if (aborted) return { kind: 'answered' };
  if (status === 404) return { kind: 'gone' };
  if (status !== undefined)
    return { kind: LOST_STATUS.has(status) || (retired && cutOff(error)) ? 'lost' : 'answered' };
  if (neverConnected(error)) return { kind: 'unreached' };
  // fetch throws TypeError for any network error; other errors come from the SDK.
  return { kind: retired || error instanceof TypeError ? 'lost' : 'answered' };
};

/** An MCP server reports a lost session in JSON-RPC, and our nodes add their name; a 404 of a proxy looks different. */
export const isOfNoNode = ({ named, text }: { readonly named: boolean; readonly text: string }): boolean =>
  !named && jsonObject(text)?.jsonrpc !== '2.0';

/** The SDK's code for pending calls of a closed client (ConnectionClosed). */
const cutOff = (error: unknown): boolean => error instanceof Error && codeOf(error) === '-32000';

const neverConnected = (error: unknown): boolean =>
  error instanceof Error &&
  (NEVER_CONNECTED.has(codeOf(error)) || (error.cause !== undefined && neverConnected(error.cause)));

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

export type ToolHints = { readonly readOnlyHint?: boolean | undefined; readonly idempotentHint?: boolean | undefined };

export type Safety =
  /** Reads and lists. */
  | { readonly kind: 'read' }
  /** A tool. Its hints are undefined until they are fetched; by default a tool has side effects. */
  | { readonly kind: 'tool'; readonly hints: ToolHints | undefined };

export type Verdict =
  | { readonly again: true; readonly why: 'never-ran' | 'read' | 'read-only' | 'idempotent' }
  | { readonly again: false; readonly why: 'answered' | 'may-have-run' };

export const mayReplay = ({ kind }: Failure, safety: Safety): Verdict => {
  if (kind === 'answered') return { again: false, why: 'answered' };
  if (kind === 'gone' || kind === 'unreached') return { again: true, why: 'never-ran' };
  if (safety.kind === 'read') return { again: true, why: 'read' };
  if (safety.hints?.readOnlyHint === true) return { again: true, why: 'read-only' };
  if (safety.hints?.idempotentHint === true) return { again: true, why: 'idempotent' };
  return { again: false, why: 'may-have-run' };
};

/** A call whose answer will never come and that may or may not have run. */
export class AnswerLost extends Error {
  readonly code = 'MOORING_ANSWER_LOST';
  readonly what: string;
  constructor(what: string, cause: unknown) {
    super(
      `${what}: the answer was lost, and it may have run; it is neither read-only nor idempotent, so it was not sent again. ` +
        'Look at what it changes before you repeat it, or give the tool readOnlyHint or idempotentHint.',
      { cause },
    );
    this.what = what;
  }
}
