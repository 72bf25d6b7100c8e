/**
 * A load generator where wrk is not installed: `node generator.ts URL SECONDS CONNECTIONS METHOD COOKIE BODY` keeps
 * that many connections busy, one request at a time each, and prints one line of JSON.
 */
import net from 'node:net';
import { quantile } from './report.ts';

const [url = '', seconds = '1', connections = '1', method = 'GET', cookie = '', body = ''] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(url);
const payload = method === 'POST' ? body : '';
const request = [
  `${method} ${pathname} HTTP/1.1`,
  `Host: ${hostname}:${port}`,
  `Cookie: ${cookie}`,
  'Accept: application/json, text/event-stream',
  'Content-Type: application/json',
  `Content-Length: ${payload.length}`,
  '',
  payload,
].join('\r\n');

const latencies: number[] = [];
let errors = 0;
const started = performance.now();
const until = started + Number(seconds) * 1000;

const connect = (): void => {
  let received = '';
  let sent = 0;
  const socket = net.connect(Number(port), hostname);
  const send = (): void => {
    received = '';
    sent = performance.now();
    socket.write(request);
  };
  socket.setNoDelay(true);
  socket.on('connect', send);
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    if (!isComplete(received)) return;
    if (!received.startsWith('HTTP/1.1 200')) errors++;
    latencies.push(performance.now() - sent);
    if (performance.now() < until) send();
    else socket.destroy();
  });
  socket.on('error', () => {
    errors++;
  });
};

/** Every subject passes the server's Content-Length on. */
const isComplete = (text: string): boolean => {
  const head = text.indexOf('\r\n\r\n');
  const length = /^content-length: *(\d+)/im.exec(text)?.[1];
  return head >= 0 && text.length >= head + 4 + Number(length ?? 0);
};

process.on('exit', () => {
  const seconds = (performance.now() - started) / 1000;
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  console.log(JSON.stringify({ requests: latencies.length, seconds, p50, p99, errors }));
});

for (let i = 0; i < Number(connections); i++) connect();
