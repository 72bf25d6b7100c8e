/** One session as a client has it: its id, and its cookies if it keeps any. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Jar, type Place } from './cookie.ts';
import type { HttpClient, HttpRequest, Opened } from './http-client.ts';
import { ACCEPT, INITIALIZE, INITIALIZED, serverInfoOf, VERSION } from './mcp.ts';
import { type Failure, isOk, type Reply, sessionOf } from './reply.ts';
import type { Target } from './target.ts';

/** Everything a probe needs. */
export type Bench = {
  readonly target: Target;
  readonly client: HttpClient;
  /** All open sessions, so that each can be closed. */
  readonly sessions: Session[];
  readonly insecure: boolean;
};

type Asked = Partial<HttpRequest> & { readonly body?: object };

export class Session {
  readonly id: string;
  readonly opened: Reply;
  readonly #bench: Bench;
  readonly #jar: Jar | undefined;
  readonly #version: string;

  private constructor(bench: Bench, opened: Reply, jar: Jar | undefined) {
    this.#bench = bench;
    this.#jar = jar;
    this.opened = opened;
    this.id = sessionOf(opened) ?? '';
    this.#version = opened.kind === 'answered' ? (serverInfoOf(opened.message?.result)?.protocol ?? VERSION) : VERSION;
  }

  static async open(bench: Bench, { keepsCookies, ...asked }: Asked & { readonly keepsCookies: boolean }) {
    const jar = keepsCookies ? new Jar() : undefined;
    const opened = await bench.client.ask({
      method: 'POST',
      path: bench.target.path,
      body: INITIALIZE,
      ...asked,
      headers: { ...ACCEPT, ...asked.headers },
    });
    if (opened.kind === 'answered') jar?.take(opened.headers['set-cookie'] ?? [], placeOf(bench.target));
    const session = new Session(bench, opened, jar);
    if (isOk(opened) && session.id !== '') bench.sessions.push(session);
    return session;
  }

  async ask(asked: Asked): Promise<Reply> {
    const reply = await this.#bench.client.ask(this.#requestOf(asked));
    if (reply.kind === 'answered') this.#jar?.take(reply.headers['set-cookie'] ?? [], placeOf(this.#bench.target));
    return reply;
  }

  initialized(agent?: HttpAgent): Promise<Reply> {
    return this.ask({ body: INITIALIZED, agent });
  }

  listen(asked: Asked): Promise<Opened | Failure> {
    return this.#bench.client.open(this.#requestOf({ method: 'GET', ...asked }));
  }

  cookies(path = this.#bench.target.path): string {
    return this.#jar?.give({ ...placeOf(this.#bench.target), path }) ?? '';
  }

  #requestOf(asked: Asked): HttpRequest {
    const cookie = this.cookies();
    const { target } = this.#bench;
    return {
      method: 'POST',
      path: target.path,
      ...asked,
      headers: {
        ...ACCEPT,
        'mcp-session-id': this.id,
        'mcp-protocol-version': this.#version,
        ...(cookie !== '' && { cookie }),
        ...asked.headers,
      },
    };
  }
}

export const placeOf = ({ secure, origin, path }: Target): Place => ({
  secure,
  hostname: new URL(origin).hostname,
  path: path.split('?', 1)[0]!,
});

/** One connection for all its requests, one after another. */
export const oneConnection = ({ target, insecure }: Bench): HttpAgent =>
  target.secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: !insecure })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 });
