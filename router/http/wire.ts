import { type IncomingMessage, STATUS_CODES } from 'node:http';

/** Go's response to bytes that are not a request, before it closes. */
export const badRequestBytes = (status: number): string => {
  const line = `${status} ${STATUS_CODES[status]}`;
  return `HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`;
};

/** The head of a request as bytes, without its upgrade. */
export const withoutUpgrade = (req: IncomingMessage): Buffer => {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`];
  const { rawHeaders } = req;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name === 'upgrade' || name === 'http2-settings') continue;
    const value = name === 'connection' ? withoutToken(rawHeaders[i + 1]!) : rawHeaders[i + 1]!;
    if (name !== 'connection' || value !== '') lines.push(`${rawHeaders[i]}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
};

/** From 26 on Node reads the body of an upgrade request; older versions leave it on the socket. */
const TAKES_BODY = Number.parseInt(process.versions.node, 10) >= 26;

/** A complete body, as it was on the wire. */
export const bodyAgain = (
  req: Pick<IncomingMessage, 'headers' | 'rawTrailers' | 'read'>,
  taken = TAKES_BODY,
): Buffer => {
  const body = taken ? ((req.read() as Buffer | null) ?? Buffer.alloc(0)) : Buffer.alloc(0);
  if (!taken || req.headers['transfer-encoding'] === undefined) return body;
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  let end = '0\r\n';
  for (let i = 0; i < req.rawTrailers.length; i += 2) end += `${req.rawTrailers[i]}: ${req.rawTrailers[i + 1]}\r\n`;
  return Buffer.concat([...chunk, Buffer.from(`${end}\r\n`, 'latin1')]);
};

const withoutToken = (connection: string): string =>
  connection
    .split(',')
    .map((token) => token.trim())
    .filter((token) => !/^(upgrade|http2-settings)$/i.test(token))
    .join(', ');
