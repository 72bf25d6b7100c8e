/** The servers behind every proxy: `node origin.ts PORT...`. A small JSON answer, events on demand, a health check. */
import http from 'node:http';

const ANSWER = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  result: { content: [{ type: 'text', text: 'counter is 42' }] },
});
/** Longer than any proxy keeps a connection. */
const KEEP_ALIVE_MS = 120_000;
const EVENT_EVERY_MS = 4;

const answer: http.RequestListener = (request, response) => {
  request.resume();
  if (request.headers.accept === 'text/event-stream') return stream(response);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
  response.end(ANSWER);
};

/** Each event has its send time, by the clock that all processes of a machine share. */
const stream = (response: http.ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const timer = setInterval(() => response.write(`data: ${process.hrtime.bigint()}\n\n`), EVENT_EVERY_MS);
  response.on('close', () => clearInterval(timer));
};

for (const port of process.argv.slice(2))
  http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer).listen(Number(port), '127.0.0.1');
