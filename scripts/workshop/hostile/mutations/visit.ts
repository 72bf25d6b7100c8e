/** One hostile client on one connection, from its own address, so that the server can attribute requests. */
import net from 'node:net';

export type Visit = {
  readonly statuses: readonly number[];
  /** Answers for another client, or bytes that are not complete answers. */
  readonly crossed: readonly string[];
  readonly closed: boolean;
  /** By a reset, which discards what had arrived and was not read yet. */
  readonly reset: boolean;
};

export type VisitOptions = {
  readonly port: number;
  readonly address: string;
  readonly pieces: readonly string[];
  /** After this long without a byte, nothing more is expected. */
  readonly quietMs: number;
};

export const visit = ({ port, address, pieces, quietMs }: VisitOptions): Promise<Visit> =>
  new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress: address, noDelay: true, allowHalfOpen: true });
    let text = '';
    let closed = false;
    let reset = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...readAnswers(text, address), closed, reset });
    };
    const over = (): void => {
      closed = true;
      finish();
    };
    const write = (at: number): void => {
      if (socket.destroyed || closed) return;
      if (at === pieces.length) {
        timer = setTimeout(finish, quietMs);
        return;
      }
      socket.write(pieces[at]!, 'latin1', () => setImmediate(write, at + 1));
    };
    socket.on('data', (data) => {
      text += data.toString('latin1');
      timer?.refresh();
    });
    socket
      .on('error', () => {
        reset = true;
        over();
      })
      .on('end', over)
      .on('close', over)
      .on('connect', () => write(0));
  });

const HEAD = /^HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n/;

/** Traefik's answer to bytes that begin as a TLS handshake does. */
const TLS_ALERT = '\x15\x03';

export const readAnswers = (text: string, address: string): Pick<Visit, 'statuses' | 'crossed'> => {
  const statuses: number[] = [];
  const crossed: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    const line = HEAD.exec(rest);
    if (end < 0 || line === null) {
      if (!'HTTP/1.'.startsWith(rest.slice(0, 7)) && !rest.startsWith(TLS_ALERT))
        crossed.push(`no answer: ${rest.slice(0, 200)}`);
      break;
    }
    const head = rest.slice(0, end);
    const status = Number(line[1]);
    const saw = /\r\nX-Saw: (\S+) (\S+)/i.exec(head);
    if (saw && saw[1] !== address) crossed.push(rest.slice(0, 400));
    const length = /\r\nContent-Length: (\d+)/i.exec(head)?.[1];
    rest = rest.slice(end + 4);
    if (status < 200) continue;
    statuses.push(status);
    // An answer to HEAD has a length but no body.
    if (status === 204 || status === 304 || saw?.[2] === 'HEAD' || (!saw && rest.startsWith('HTTP/1.'))) continue;
    // The answer of a proxy that then closes.
    if (length === undefined) break;
    const size = Number(length);
    const body = rest.slice(0, size);
    if (saw && body.length === size && body !== `${saw[1]} ${saw[2]}\n`) crossed.push(`${head}\n${body}`);
    rest = rest.slice(size);
  }
  return { statuses, crossed };
};
