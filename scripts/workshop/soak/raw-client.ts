import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { failureOf } from '../../simulate/fleet/failure.ts';
import { headersOf, INITIALIZED, initialize, ownerOf, reasonOf } from '../../simulate/fleet/messages.ts';
import { Wire } from '../../simulate/fleet/wire.ts';
import type { ClientOptions } from './client-options.ts';
import { readEvents } from './event-stream.ts';
import { brief, type Word } from './ledger.ts';

/** After this long without an answer, a call has failed. */
const CALL_MS = 12_000;
/** How long the client tries to resume an answer that was cut off; a live node still has it. */
const RESUME_MS = 30_000;
const LIFE = { least: 4000, spread: 9000 };
const PAUSE = { least: 150, spread: 500 };

type Message = {
  readonly id?: number;
  readonly params?: { readonly data?: { readonly session?: string; readonly seq?: number; readonly step?: number } };
  readonly result?: { readonly content?: readonly { readonly text?: string }[] };
};
/** The progress of a call. */
type Course = { readonly key: string; readonly number: number; last: string | undefined; step: number; word?: Word };
type Asked = {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly body?: string;
  readonly after?: string | undefined;
};

/** A client without the SDK: it keeps both streams open, resumes what is cut off, and checks every event. */
export class RawClient {
  readonly #options: ClientOptions;
  readonly #wire: Wire;
  #calls = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#wire = new Wire(options.front.url, options.cookies);
  }

  async live(): Promise<void> {
    const { gate, signal } = this.#options;
    try {
      while (!signal.aborted) {
        await gate.pass();
        const session = await this.#open();
        if (session !== undefined) await this.#use(session);
        await this.#pause();
      }
    } finally {
      this.#wire.drop();
    }
  }

  async #open(): Promise<string | undefined> {
    const { name, ledger, signal } = this.#options;
    const answer = await this.#answer({ method: 'POST', body: initialize(name) });
    const session = answer.headers['mcp-session-id'];
    if (typeof session !== 'string') {
      // At the end the soak cuts off all of them.
      if (!signal.aborted) ledger.refused(name, answer.cause);
      return undefined;
    }
    ledger.opened(session, name, ownerOf(session));
    for (let attempt = 0; attempt < 10; attempt++) {
      const confirmed = await this.#answer({ method: 'POST', body: INITIALIZED }, session);
      if (confirmed.status === 202 || confirmed.status === 200) return session;
      if (this.#isGone(session, confirmed)) return undefined;
      ledger.failed(session, `initialized: ${confirmed.cause}`);
      await this.#pause();
    }
    ledger.left(session);
    return undefined;
  }

  async #use(session: string): Promise<void> {
    const { random, gate, signal, ledger } = this.#options;
    const over = new AbortController();
    const streamed = this.#hold(session, AbortSignal.any([over.signal, signal]));
    await Promise.race([streamed.opened, wait(CALL_MS, undefined, { signal: over.signal }).catch(() => undefined)]);
    const until = performance.now() + LIFE.least + random() * LIFE.spread;
    let gone = streamed.gone();
    while (!gone && !signal.aborted && performance.now() < until) {
      gone = (await this.#call(session)) || streamed.gone();
      if (!gone) await this.#pause();
      await gate.pass();
    }
    over.abort();
    await streamed.ended;
    if (gone || signal.aborted) return;
    const answer = await this.#answer({ method: 'DELETE' }, session);
    if (!this.#isGone(session, answer)) ledger.left(session);
  }

  /** True: the session is gone. */
  async #call(session: string): Promise<boolean> {
    const { name, random, ledger } = this.#options;
    const course: Course = { key: `${name}-${++this.#calls}`, number: this.#calls, last: undefined, step: 0 };
    const steps = random() < 0.3 ? 1 + Math.floor(random() * 5) : 0;
    const args = { call: course.key, steps, stepMs: Math.floor(random() * 400), events: Math.floor(random() * 4) };
    const body = { jsonrpc: '2.0', id: course.number, method: 'tools/call', params: { name: 'work', arguments: args } };
    ledger.sent(session);
    const gone = await this.#follow(session, course, { method: 'POST', body: JSON.stringify(body) });
    if (gone === true) return true;
    if (course.word === undefined && course.last !== undefined) return this.#resume(session, course);
    if (course.word === undefined) ledger.failed(session, `${course.key}: ${gone === false ? 'cut off' : gone}`);
    return false;
  }

  async #resume(session: string, course: Course): Promise<boolean> {
    const { ledger, signal } = this.#options;
    const until = performance.now() + RESUME_MS;
    while (!signal.aborted && course.word === undefined) {
      await this.#pause();
      const gone = await this.#follow(session, course, { method: 'GET', after: course.last });
      if (gone === true) return true;
      if (performance.now() < until) continue;
      ledger.unanswered(session, `${course.key}: ${gone === false ? 'the stream ends without it' : gone}`);
      return false;
    }
    ledger.figures.resumed += 1;
    return false;
  }

  /** True: the session is gone. A string: why there was no answer. False: it was answered, or its stream was cut. */
  async #follow(session: string, course: Course, asked: Asked): Promise<boolean | string> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), CALL_MS);
    try {
      const answer = await this.#ask(asked, session, deadline.signal);
      const { statusCode: status = 0 } = answer;
      if (status !== 200) {
        const told = { ...(await textOf(answer)), cause: `HTTP ${status}` };
        return this.#isGone(session, told) || told.cause;
      }
      for await (const { id, data } of readEvents(answer)) {
        course.last = id ?? course.last;
        if (data !== '') this.#takeIn(session, course, JSON.parse(data) as Message);
        if (course.word !== undefined) break;
      }
      return false;
    } catch (error) {
      return deadline.signal.aborted ? `no answer in ${CALL_MS / 1000} s` : failureOf(error);
    } finally {
      clearTimeout(timer);
      deadline.abort();
    }
  }

  #takeIn(session: string, course: Course, { id, params, result }: Message): void {
    const { ledger } = this.#options;
    const step = params?.data?.step;
    if (step !== undefined && step !== course.step + 1)
      ledger.breaks(
        'no event is lost or repeated',
        `${course.key} of ${brief(session)}: step ${step} after ${course.step}`,
      );
    course.step = step ?? course.step;
    const text = result?.content?.[0]?.text;
    if (id !== course.number || text === undefined) return;
    course.word = JSON.parse(text) as Word;
    ledger.answered(session, course.key, course.word);
  }

  /** Keeps the GET stream open until the signal: resumes it, and checks every event. */
  #hold(session: string, signal: AbortSignal) {
    const { ledger } = this.#options;
    let gone = false;
    let last: string | undefined;
    let onOpen = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      onOpen = resolve;
    });
    const holdOnce = async (): Promise<void> => {
      const answer = await this.#ask({ method: 'GET', after: last }, session, signal);
      if (answer.statusCode !== 200) {
        gone = this.#isGone(session, await textOf(answer));
        return;
      }
      onOpen();
      for await (const { id, data } of readEvents(answer)) {
        last = id ?? last;
        const { session: from = '', seq } = data === '' ? {} : ((JSON.parse(data) as Message).params?.data ?? {});
        if (seq !== undefined) ledger.heard(session, from, seq);
      }
    };
    const run = async (): Promise<void> => {
      while (!signal.aborted && !gone) {
        await holdOnce().catch(() => undefined);
        if (!signal.aborted && !gone) await this.#pause();
      }
      onOpen();
    };
    return { opened, gone: () => gone, ended: run() };
  }

  async #answer(asked: Asked, session?: string) {
    const signal = AbortSignal.any([AbortSignal.timeout(CALL_MS), this.#options.signal]);
    try {
      const answer = await this.#ask(asked, session, signal);
      return { ...(await textOf(answer)), cause: `HTTP ${answer.statusCode}` };
    } catch (error) {
      return { status: 0, headers: {} as IncomingMessage['headers'], text: '', cause: failureOf(error) };
    }
  }

  #ask({ method, body, after }: Asked, session: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const headers = { ...headersOf(session), ...(after !== undefined && { 'last-event-id': after }) };
    return this.#wire.open({ method, headers, signal, ...(body !== undefined && { body }) });
  }

  /** A 404 that did not come from a node is a proxy's, and says nothing about the session. */
  #isGone(session: string, { status, headers, text }: Awaited<ReturnType<typeof textOf>>): boolean {
    const { ledger, front, name } = this.#options;
    if (status !== 404) return false;
    if (headers['x-mooring-node'] === undefined) {
      ledger.unrouted(`${name} at ${front.name}`, front.steady());
      return false;
    }
    ledger.lost(session, `${reasonOf(text)}, says ${headers['x-mooring-node']} through ${front.name}`);
    return true;
  }

  async #pause(): Promise<void> {
    const { random, signal } = this.#options;
    await wait(PAUSE.least + random() * PAUSE.spread, undefined, { signal }).catch(() => undefined);
  }
}

const textOf = async (answer: IncomingMessage) => {
  let text = '';
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
};
