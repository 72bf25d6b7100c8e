import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { ProbeRequest } from './probe-request.ts';
import { redirected } from './redirect.ts';

export type ProbeTls = { readonly ca?: string[]; readonly servername?: string; readonly rejectUnauthorized: boolean };

export type ProbeTask = {
  readonly request: ProbeRequest;
  /** 0: any 2xx or 3xx. */
  readonly status: number;
  readonly timeout: number;
  readonly followRedirects: boolean;
  readonly tls: ProbeTls;
};

export type Health = { readonly up: true } | { readonly up: false; readonly reason: string };
export type Probe = (task: ProbeTask, signal: AbortSignal) => Promise<Health>;

/** Go's client gives up after this many requests. */
const MAX_REQUESTS = 10;
const LONGEST_TIMER = 2 ** 31 - 1;

/** Checks a server, with one deadline for all redirects. Never rejects; `signal` ends it early. */
export const probe: Probe = async (task, signal) => {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const stopClock = startClock(task.timeout, end);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await ask(task, task.request, { signal: ending.signal, asked: 1 });
  } finally {
    stopClock();
    signal.removeEventListener('abort', end);
  }
};

const SLICES = 8;

/**
 * A timeout in slices: if the event loop was blocked, only one slice has expired, and responses that arrived in the
 * meantime are handled first.
 */
const startClock = (milliseconds: number, onTimeout: () => void): (() => void) => {
  const slice = Math.min(milliseconds, LONGEST_TIMER) / SLICES;
  let left = SLICES;
  let timer: NodeJS.Timeout;
  const onSlice = (): void => {
    if (left < 0) return;
    left--;
    if (left === 0) onTimeout();
    else wait();
  };
  const wait = (): void => {
    timer = setTimeout(() => setImmediate(onSlice), slice);
  };
  wait();
  return () => {
    left = -1;
    clearTimeout(timer);
  };
};

type Asking = { readonly signal: AbortSignal; readonly asked: number };

const ask = async (task: ProbeTask, request: ProbeRequest, { signal, asked }: Asking): Promise<Health> => {
  try {
    const { status, location } = await send(request, task.tls, signal);
    const next = task.followRedirects ? redirected(request, status, location) : undefined;
    if (next === undefined) return judge(status, task.status);
    if (asked < MAX_REQUESTS) return await ask(task, next, { signal, asked: asked + 1 });
    return failed(next, `stopped after ${MAX_REQUESTS} redirects`);
  } catch (error) {
    return failed(request, signal.aborted ? `no answer within ${task.timeout} ms` : messageOf(error));
  }
};

const judge = (status: number, wanted: number): Health => {
  if (wanted === 0 ? status >= 200 && status < 400 : status === wanted) return { up: true };
  const expected = wanted === 0 ? '' : ` expected status code: ${wanted}`;
  return { up: false, reason: `received error status code: ${status}${expected}` };
};

type Head = { readonly status: number; readonly location: string | undefined };

/** The body is not read: the connection is closed after the head. */
const send = ({ url, method, headers }: ProbeRequest, tls: ProbeTls, signal: AbortSignal): Promise<Head> =>
  new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const options = { method, headers: Object.fromEntries(headers), signal, agent: false as const };
    const request = secure ? https.request(url, { ...options, ...tls }) : http.request(url, options);
    request.on('error', reject);
    request.on('response', (answer: IncomingMessage) => {
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
      answer.on('error', () => {}).destroy();
    });
    // An unexpected upgrade ends without a response and without an error.
    request.on('close', () => reject(new Error('closed without an answer')));
    request.end();
  });

const failed = ({ method, url }: ProbeRequest, why: string): Health => {
  const verb = method[0] + method.slice(1).toLowerCase();
  return { up: false, reason: `HTTP request failed: ${verb} "${url}": ${why}` };
};

/** The error for a name with several addresses holds all their errors and no message. */
const messageOf = (error: unknown): string => {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
};
