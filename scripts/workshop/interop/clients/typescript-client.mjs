// Takes commands as lines on standard input: open, call, close. Each is answered by one line of JSON. Without sessions
// a basket replaces the session: its handle leads the client to its node.
import { createInterface } from 'node:readline';

const [url, version] = process.argv.slice(2);
const { Client, StreamableHTTPClientTransport } =
  version !== 'v1'
    ? await import('@modelcontextprotocol/client')
    : {
        ...(await import('@modelcontextprotocol/sdk/client/index.js')),
        ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')),
      };
const OPTIONS = version === 'auto' ? { versionNegotiation: { mode: 'auto' } } : {};
let client;
let basket;

const tool = async (name, args = {}) => {
  const { content, isError } = await client.callTool({ name, arguments: args });
  if (isError) throw new Error(content[0].text);
  return content[0].text;
};

const COMMANDS = {
  async open() {
    basket = undefined;
    client = new Client({ name: 'interop', version: '1' }, OPTIONS);
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  },
  async call() {
    const who = basket === undefined ? JSON.parse(await tool('whoami')) : { session: '' };
    if (who.session !== '') return who;
    basket ??= await tool('open_basket');
    const [node, count] = (await tool('add_to_basket', { basket, item: 'pear' })).split(' ');
    return { session: basket, node, count: Number(count) };
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
