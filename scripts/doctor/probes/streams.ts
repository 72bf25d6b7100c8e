import { setTimeout as wait } from 'node:timers/promises';
import { EventReader } from '../event-reader.ts';
import type { CallStream, IdleStream, Streams } from '../facts.ts';
import { parseMessage } from '../http-client.ts';
import { callTool, LIST_TOOLS, type ServerInfo } from '../mcp.ts';
import type { Session } from '../session.ts';

const GZIP = { 'accept-encoding': 'gzip' };
/** Limit for a stream to begin, and for an event to arrive. */
const ARRIVAL_MS = 5000;
const CALL_MS = 15_000;

/** We do not call the tools of an unknown server: they may do anything. */
const OUR_SERVER = 'mooring-example';
export const STEPS = { steps: 4, stepMs: 250 };

export type Watch = { readonly server: ServerInfo | undefined; readonly idleMs: number };

export const watchStreams = async (session: Session, { server, idleMs }: Watch): Promise<Streams> => {
  const ours = server?.name === OUR_SERVER;
  return {
    list: await session.ask({ body: LIST_TOOLS, headers: GZIP }),
    call: ours ? await watchCall(session) : undefined,
    idle: await watchIdle(session, { idleMs, notify: ours }),
  };
};

const watchCall = async (session: Session): Promise<CallStream> => {
  const since = performance.now();
  const answer = await session.listen({
    method: 'POST',
    body: callTool('long_task', STEPS),
    headers: GZIP,
    patienceMs: CALL_MS,
  });
  if (answer.kind === 'failed') return answer;
  const limit = setTimeout(answer.close, CALL_MS);
  const reader = new EventReader();
  const events: number[] = [];
  try {
    for await (const piece of answer.body as AsyncIterable<string>)
      for (const data of reader.push(piece)) if (parseMessage(data)) events.push(performance.now() - since);
  } catch {
    // Cut in the middle: the events show how far it got.
  }
  clearTimeout(limit);
  const { status, headers } = answer;
  return { kind: 'streamed', status, headers, events, endedMs: performance.now() - since };
};

type Idle = { readonly idleMs: number; readonly notify: boolean };

const watchIdle = async (session: Session, { idleMs, notify }: Idle): Promise<IdleStream> => {
  const since = performance.now();
  const answer = await session.listen({ headers: GZIP, patienceMs: ARRIVAL_MS });
  if (answer.kind === 'failed') return answer;
  const { status, headers } = answer;
  const headMs = performance.now() - since;
  const streams = status === 200 && headers['content-type']?.[0]?.startsWith('text/event-stream');
  if (!streams) {
    answer.close();
    return { kind: 'listened', status, headers, headMs, endedMs: undefined, delivered: undefined };
  }
  const began = performance.now();
  let onData: () => void = () => undefined;
  const event = new Promise<true>((resolve) => {
    onData = () => resolve(true);
  });
  const ended = listen(answer.body as AsyncIterable<string>, () => onData()).then(() => performance.now() - began);
  const idle = new AbortController();
  const endedMs = await Promise.race([ended, pause(idleMs, idle.signal)]);
  const delivered = notify && endedMs === undefined ? await deliver(session, Promise.race([event, ended])) : undefined;
  idle.abort();
  answer.close();
  await ended;
  return { kind: 'listened', status, headers, headMs, endedMs, delivered };
};

const listen = async (body: AsyncIterable<string>, onEvent: () => void): Promise<void> => {
  const reader = new EventReader();
  try {
    for await (const piece of body) if (reader.push(piece).length > 0) onEvent();
  } catch {
    // Cut, by the other side or by us.
  }
};

const deliver = async (session: Session, event: Promise<true | number>): Promise<boolean> => {
  await session.ask({ body: callTool('notify', { n: 1 }) });
  const waiting = new AbortController();
  const came = await Promise.race([event, pause(ARRIVAL_MS, waiting.signal)]);
  waiting.abort();
  return came === true;
};

const pause = (ms: number, signal: AbortSignal): Promise<undefined> =>
  wait(ms, undefined, { signal }).catch(() => undefined);
