/** The example over standard input and output, by the SDK's own transport. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createServer } from '../../example/server.ts';

const ended = new AbortController();
// Without a node it has no handles: nobody here opens one.
const alone = { session: 'alone', node: 'none', ended: ended.signal } as Parameters<typeof createServer>[0];
const server = await createServer(alone);
await server.connect(new StdioServerTransport() as Parameters<typeof server.connect>[0]);
// The SDK leaves it to the program to end with its input.
process.stdin.on('end', () => process.exit(0));
