/** Properties of messages, ids, marks and records, for any text. */
import assert from 'node:assert/strict';
import { checkHead, classifyRequest } from '../../../node/core/classify-request.ts';
import { editStrings } from '../../../node/core/edit-strings.ts';
import { classifyEra } from '../../../node/core/era.ts';
import { EventBuffer } from '../../../node/core/event-buffer.ts';
import { messagesOfLine, parseMessages } from '../../../node/core/json-rpc.ts';
import { checkMark, proveTo, readProof, signMark } from '../../../node/core/relay-mark.ts';
import { decodeMark, encodeMark } from '../../../shared/registry/drain-mark.ts';
import { decodeNode, decodeSession, encodeNode, encodeSession } from '../../../shared/registry/records.ts';
import { beginningOf, ownerOf, parseNodeId, parseSessionId } from '../../../shared/registry/session-id.ts';
import { visible } from '../../../shared/terminal-text.ts';
import { editedByHand } from './edited-by-hand.ts';

export const jsonRpc = (text: string): void => {
  const parsed = parseMessages(Buffer.from(text));
  if (parsed.kind !== 'messages') return assert.match(parsed.kind, /\w/);
  const { messages, batch } = parsed;
  assert.deepEqual(JSON.parse(Buffer.from(text).toString()), parsed.body);
  const head = {
    ...{ method: 'POST', accept: 'application/json, text/event-stream', contentType: 'application/json' },
    protocolVersion: undefined,
  };
  assert.equal(checkHead(head), undefined);
  for (const session of [undefined, { inFlight: () => false }])
    assert.match(classifyRequest({ head, messages, session, supportedVersions: ['2025-11-25'] } as never).kind, /\w/);
  for (const protocolVersion of [undefined, '2026-07-28'])
    assert.match(classifyEra({ protocolVersion, mcpMethod: undefined, messages, batch } as never).kind, /\w/);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
};

export const serverLine = (text: string): void => {
  const found = messagesOfLine(text.split('\n', 1)[0]!);
  if (found === undefined || typeof found === 'string') return;
  for (const { message, data } of found) {
    assert.ok(!/[\r\n]/.test(data), 'one line of an event');
    assert.deepEqual(JSON.parse(data), message);
  }
};

const PATHS = new Set(['params.taskId', 'params.taskIds.*', 'result.task.taskId', 'a']);
export const edit = (text: string): void => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  const bytes = Buffer.from(text);
  const edited = editStrings(bytes, PATHS, (one) => `n1.${one}`).toString();
  assert.deepEqual(
    JSON.parse(edited),
    editedByHand(JSON.parse(bytes.toString()), PATHS, (one) => `n1.${one}`),
  );
  assert.equal(editStrings(bytes, PATHS, () => undefined).toString(), bytes.toString(), 'nothing else changes');
  return void value;
};

export const sessionId = (text: string): void => {
  const id = parseSessionId(text);
  assert.ok(parseNodeId(text) === null || id === null, 'a name is no id');
  if (id === null) return;
  assert.match(id, /^[\x21-\x7e]+$/);
  assert.equal(`${ownerOf(id)}.`, id.slice(0, ownerOf(id).length + 1));
  assert.ok(parseNodeId(ownerOf(id)) !== null, 'it begins with the name of a node');
  assert.ok(beginningOf(id).length < id.length, 'a beginning is not all');
};

export const eventId = (text: string): void => {
  const buffer = new EventBuffer('tag', { maxEvents: 4, maxBytes: 1_000 });
  for (const data of ['1', '2', '3', '4', '5', '6']) buffer.append('one', data);
  buffer.append('other', 'secret');
  const replay = buffer.after(text);
  assert.equal(replay?.stream, buffer.streamOf(text));
  if (replay?.stream === 'one') assert.ok(!replay.events.some(({ data }) => data === 'secret'));
};

const KEYS = ['k'.repeat(32), 'l'.repeat(32)] as const;
export const marks = (text: string): void => {
  const drain = decodeMark(text);
  if (drain !== null) {
    assert.equal(visible(drain.by + drain.id + drain.url), drain.by + drain.id + drain.url);
    assert.deepEqual(decodeMark(encodeMark(drain)), drain);
  }
  const marked = { method: 'GET', path: '/mcp', session: 'n1.a', boot: 'b' };
  const checking = { keys: KEYS, now: 1, patienceMs: 1, take: () => 'fresh' as const };
  assert.equal(checkMark(text, marked, checking).kind, 'refused', 'nobody guesses a mark');
  assert.equal(proveTo(KEYS, text, { peer: 'a', boot: 'b', clock: 1 }), undefined);
  assert.equal(readProof(KEYS, text, { peer: 'a', nonce: 'b' }), undefined);
  const signed = signMark(KEYS, { ...marked, path: text, from: 'n2', clock: 1, nonce: 'n' });
  assert.deepEqual(checkMark(signed, { ...marked, path: text }, checking), { kind: 'valid', from: 'n2' });
};

export const records = (text: string): void => {
  const [id, node] = [parseSessionId('n1.aaaaaaaaaaaa')!, parseNodeId('n1')!];
  const session = decodeSession(id, text);
  if (session !== null) assert.deepEqual(decodeSession(id, encodeSession(session, session)), session);
  const found = decodeNode(node, text);
  if (found !== null) assert.deepEqual(decodeNode(node, encodeNode(found)), found);
};
