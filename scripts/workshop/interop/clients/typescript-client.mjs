// Driven by lines on standard input: open, call, close. Each is answered by one line of JSON.
import { createInterface } from 'node:readline';

const [url, version] = process.argv.slice(2);
const { Client, StreamableHTTPClientTransport } =
  version === 'v2'
    ? await import('@modelcontextprotocol/client')
    : {
        ...(await import('@modelcontextprotocol/sdk/client/index.js')),
        ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')),
      };
let client;

const COMMANDS = {
  async open() {
    client = new Client({ name: 'interop', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  },
  async call() {
    const { content } = await client.callTool({ name: 'whoami', arguments: {} });
    return JSON.parse(content[0].text);
  },
  close: () => client.close(),
};

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ ok: true, ...(await COMMANDS[line]()) }));
  } catch (error) {
    console.log(JSON.stringify({ ok: false, error: String(error) }));
  }
}
process.exit();
