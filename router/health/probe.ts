import http from 'node:http';
import https from 'node:https';

export type ProbeTls = { readonly ca?: string[]; readonly servername?: string; readonly rejectUnauthorized: boolean };

export type Probe = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 0: any 2xx or 3xx. */
  readonly status: number;
  readonly timeout: number;
  readonly followRedirects: boolean;
  readonly tls: ProbeTls;
};

export type Health = { readonly up: true } | { readonly up: false; readonly reason: string };

/** Go's client gives up after as many. */
const MOST_REDIRECTS = 10;

/** Asks a server whether it is well. Never rejects; `signal` ends it early. */
export const probe = async (what: Probe, signal: AbortSignal): Promise<Health> => {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(what.timeout)]);
  try {
    return judge(await followed(what, what.url, { deadline, left: MOST_REDIRECTS }), what.status);
  } catch (error) {
    return {
      up: false,
      reason: deadline.aborted && !signal.aborted ? `no answer within ${what.timeout} ms` : (error as Error).message,
    };
  }
};

const judge = (status: number, wanted: number): Health => {
  if (wanted === 0 ? status >= 200 && status < 400 : status === wanted) return { up: true };
  const expected = wanted === 0 ? '' : ` expected status code: ${wanted}`;
  return { up: false, reason: `received error status code: ${status}${expected}` };
};

const followed = async (
  what: Probe,
  url: URL,
  { deadline, left }: { deadline: AbortSignal; left: number },
): Promise<number> => {
  const { status, location } = await ask(what, url, deadline);
  const goesOn = what.followRedirects && location !== undefined && [301, 302, 303, 307, 308].includes(status);
  if (!goesOn) return status;
  if (left === 0) throw new Error(`stopped after ${MOST_REDIRECTS} redirects`);
  return followed(what, new URL(location, url), { deadline, left: left - 1 });
};

/** The body is of no interest: the connection ends with the head. */
const ask = (what: Probe, url: URL, signal: AbortSignal): Promise<{ status: number; location: string | undefined }> =>
  new Promise((resolve, reject) => {
    const { method, headers } = what;
    const options = { method, headers, signal, agent: false as const, ...(url.protocol === 'https:' && what.tls) };
    const request = (url.protocol === 'https:' ? https : http).request(url, options, (answer) => {
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
      answer.destroy();
    });
    request.on('error', reject);
    request.end();
  });
