import { type IncomingMessage, STATUS_CODES } from 'node:http';

/** What Go's server says to bytes that are no request, before it closes. */
export const badRequestBytes = (status: number): string => {
  const line = `${status} ${STATUS_CODES[status]}`;
  return `HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`;
};

/** The head of a request again, without its wish to become another protocol. */
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

const withoutToken = (connection: string): string =>
  connection
    .split(',')
    .map((token) => token.trim())
    .filter((token) => !/^(upgrade|http2-settings)$/i.test(token))
    .join(', ');
