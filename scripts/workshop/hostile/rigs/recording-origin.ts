/**
 * A server that executes and records every request that it can find in the bytes from a proxy. It parses ambiguous
 * input as well as it can, and records that it was ambiguous.
 */
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

export type Executed = {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly body: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
};

type Head = Omit<Executed, 'body'> & { readonly text: string; readonly chunked: boolean; readonly length: number };

/** What every HTTP parser reads the same way: one space, one colon, one line end, nothing else. */
export const CLEAR_HEAD =
  /^[!#$%&'*+.^_`|~\w-]+ [\x21-\x7e]+ HTTP\/1\.1(?:\r\n[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const CLEAR_LENGTH = /^\d{1,19}$/;
const CLEAR_SIZE = /^[0-9a-fA-F]{1,8}$/;

export class RecordingOrigin {
  /** By the client's address, as the proxy reports it. */
  readonly executed = new Map<string, Executed[]>();
  /** Requests without the proxy's stamp: the proxy did not know about them. */
  readonly hidden: string[] = [];
  /** Ambiguous requests, which two servers could read differently. */
  readonly unclear: string[] = [];
  readonly stamp: string;
  readonly #server = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
  readonly #sockets = new Set<Socket>();

  constructor(stamp: string) {
    this.stamp = stamp;
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://${this.host}`;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  take(client: string): readonly Executed[] {
    const found = this.executed.get(client) ?? [];
    this.executed.delete(client);
    return found;
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.end();
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    let pending = '';
    let head: Head | undefined;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      pending += data.toString('latin1');
      for (;;) {
        if (head === undefined) {
          const end = pending.indexOf('\r\n\r\n');
          if (end < 0) return;
          head = this.#head(pending.slice(0, end));
          pending = pending.slice(end + 4);
          if (head.headers.get('expect')?.[0] === '100-continue') socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        }
        const body = head.chunked ? this.#chunks(pending) : sized(pending, head.length);
        if (body === undefined) return;
        pending = pending.slice(body.end);
        this.#execute(socket, head, body.text);
        head = undefined;
      }
    });
  }

  #head(text: string): Head {
    const [first = '', ...lines] = text.split(/\r?\n/);
    const [method = '', target = ''] = first.split(/[ \t]+/);
    const headers = new Map<string, string[]>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).trim().toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
    }
    const [lengths, codings] = [headers.get('content-length') ?? [], headers.get('transfer-encoding') ?? []];
    const clear =
      CLEAR_HEAD.test(text) &&
      lengths.length + codings.length <= 1 &&
      lengths.every((one) => CLEAR_LENGTH.test(one)) &&
      codings.every((one) => one.toLowerCase() === 'chunked') &&
      headers.get('host')?.length === 1;
    if (!clear) this.unclear.push(text);
    return {
      ...{ method, target, headers, text },
      host: headers.get('host')?.[0] ?? '',
      chunked: codings.some((one) => /chunked/i.test(one)),
      length: Number.parseInt(lengths[0] ?? '0', 10) || 0,
    };
  }

  #chunks(text: string): { text: string; end: number } | undefined {
    let body = '';
    for (let at = 0; ; ) {
      const lineEnd = text.indexOf('\r\n', at);
      if (lineEnd < 0) return undefined;
      const line = text.slice(at, lineEnd);
      const size = Number.parseInt(line, 16) || 0;
      if (!CLEAR_SIZE.test(line)) this.unclear.push(`chunk ${JSON.stringify(line.slice(0, 100))}`);
      if (size === 0) {
        const end = text.startsWith('\r\n', lineEnd + 2) ? lineEnd + 4 : text.indexOf('\r\n\r\n', lineEnd) + 4;
        return end < 4 ? undefined : { text: body, end };
      }
      body += text.slice(lineEnd + 2, lineEnd + 2 + size);
      at = lineEnd + 2 + size + 2;
      if (text.length < at) return undefined;
    }
  }

  #execute(socket: Socket, head: Head, body: string): void {
    const { method, target, host, headers } = head;
    const client = headers.get('x-real-ip')?.join() ?? '';
    if (headers.get('x-stamp')?.join() !== this.stamp) this.hidden.push(`${head.text}\r\n\r\n${body}`);
    const list = this.executed.get(client) ?? [];
    this.executed.set(client, [...list, { method, target, host, body, headers }]);
    const text = `${client} ${method}\n`;
    const lines = ['HTTP/1.1 200 OK', `X-Saw: ${client} ${method}`, `Content-Length: ${text.length}`, '', ''];
    socket.write(lines.join('\r\n') + (method === 'HEAD' ? '' : text));
  }
}

const sized = (text: string, length: number) =>
  text.length < length ? undefined : { text: text.slice(0, length), end: length };
