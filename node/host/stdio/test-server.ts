/** The example over stdio, with the SDK's own transport. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createServer } from '../../example/server.ts';

const ended = new AbortController();
// Without a node there are no handles; no test here opens one.
const alone = { session: 'alone', node: 'none', ended: ended.signal } as Parameters<typeof createServer>[0];
const server = await createServer(alone);
await server.connect(new StdioServerTransport() as Parameters<typeof server.connect>[0]);
// The SDK does not end the program when its input ends.
process.stdin.on('end', () => process.exit(0));
