import { visible } from '../terminal-text.ts';
import { fieldsOf } from './fields.ts';
import type { NodeId } from './session-id.ts';

/** What a drain tells a node, in `mcp:drain:{node}`. */
export type DrainMark = {
  /** Of the drain: a second one at the same node has another. */
  readonly id: string;
  /** The process that it is for. Undefined: the first one that reads it. */
  readonly boot: string | undefined;
  /** The node's URL as the deployment's file has it: the n1 of another deployment is not meant. */
  readonly url: string;
  /** Milliseconds since the epoch, for people: nobody measures by it. */
  readonly since: number;
  /** Who began it: user and host. */
  readonly by: string;
  /** For so long the node still takes new sessions, from proxies that have not seen the file yet. */
  readonly settleMs: number;
  /** And for so long after, not ready, from proxies that never see the file and follow their checks. */
  readonly marginMs: number;
  /** Meanwhile it ends sessions that have been idle without a stream for so long. Missing: only by its own rule. */
  readonly idleMs?: number;
  /** Taken back: the node takes new sessions again. */
  readonly lifted: boolean;
};

const PREFIX = 'mcp:drain:';
export const drainKey = (node: NodeId): string => PREFIX + node;

export const encodeMark = (mark: DrainMark): string => JSON.stringify(mark);

/** A node must not be kept out by what somebody mistyped: a drain that waits longer is none. */
export const MAX_WAIT_MS = 24 * 3_600_000;
const MAX_TEXT = 200;

/** What another version or another program wrote under our keys is no mark. */
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
/** A node tells it again to whoever asks, with curl too: it must not steer their terminal. */
const isPlain = (value: unknown): value is string => isText(value) && visible(value) === value;
/** Of what no calendar knows there is no text. */
const isDate = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 8.64e15;
const isWait = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= MAX_WAIT_MS;
