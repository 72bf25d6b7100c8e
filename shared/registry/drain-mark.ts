import { visible } from '../terminal-text.ts';
import { fieldsOf, isDate } from './fields.ts';
import type { NodeId } from './session-id.ts';

/** The mark of a drain, in `mcp:drain:{node}`. */
export type DrainMark = {
  /** Id of the drain: a second drain of the same node has another one. */
  readonly id: string;
  /** The process that it is for. Undefined: the first one that reads it. */
  readonly boot: string | undefined;
  /** The node's URL in the deployment's file, so that the n1 of another deployment ignores the mark. */
  readonly url: string;
  /** Milliseconds since the epoch, for people; not used to measure. */
  readonly since: number;
  /** Who began it: user and host. */
  readonly by: string;
  /** How long the node still takes new sessions, from proxies that have not loaded the file yet. */
  readonly settleMs: number;
  /** How much longer it takes them, not ready, from proxies that never load the file and rely on their checks. */
  readonly marginMs: number;
  /**
   * During the drain it ends sessions that have been idle without a stream for this long. Missing: only its own limit
   * applies.
   */
  readonly idleMs?: number;
  /** Taken back: the node takes new sessions again. */
  readonly lifted: boolean;
};

const PREFIX = 'mcp:drain:';
export const drainKey = (node: NodeId): string => PREFIX + node;

export const encodeMark = (mark: DrainMark): string => JSON.stringify(mark);

/** A typing error must not keep a node out: a mark with longer times is invalid. */
export const MAX_WAIT_MS = 24 * 3_600_000;
const MAX_TEXT = 200;

/** A value that another version or program wrote under our keys is not a mark. */
export const decodeMark = (text: unknown): DrainMark | null => {
  const { id, boot, url, since, by, settleMs, marginMs, idleMs, lifted } = fieldsOf(text);
  if (!isPlain(id) || !isPlain(url) || !isWait(settleMs) || !isWait(marginMs)) return null;
  if (boot !== undefined && !isText(boot)) return null;
  if (idleMs !== undefined && !isWait(idleMs)) return null;
  return {
    id,
    boot,
    url,
    since: isDate(since) ? since : 0,
    by: isText(by) ? visible(by) : '',
    settleMs,
    marginMs,
    ...(idleMs !== undefined && { idleMs }),
    lifted: lifted === true,
  };
};

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;
/** A node shows this text to anybody, also with curl: it must not contain terminal control characters. */
const isPlain = (value: unknown): value is string => isText(value) && visible(value) === value;
const isWait = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= MAX_WAIT_MS;
