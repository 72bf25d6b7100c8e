/**
 * Reads event streams and measures the latency of each event: `node listener.ts URL SECONDS STREAMS COOKIE`. Prints one
 * line of JSON, in milliseconds.
 */
import http from 'node:http';

const [url = '', seconds = '1', streams = '1', cookie = ''] = process.argv.slice(2);
const delays: number[] = [];
const headers = { accept: 'text/event-stream', cookie };

const listen = (): void => {
  const request = http.get(url, { headers, agent: false }, (response) => {
    let rest = '';
    response.on('data', (chunk) => {
      const now = process.hrtime.bigint();
      const events = (rest + chunk).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) delays.push(Number(now - BigInt(event.slice('data: '.length))) / 1e6);
    });
  });
  request.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
};

for (let i = 0; i < Number(streams); i++) listen();

setTimeout(() => {
  const sorted = delays.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  console.log(JSON.stringify({ events: sorted.length, p50: at(0.5), p99: at(0.99) }));
  process.exit(0);
}, Number(seconds) * 1000);
