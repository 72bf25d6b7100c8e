/** The example over standard input and output, by the SDK's own transport. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createServer } from '../../example/server.ts';

const ended = new AbortController();
const server = await createServer({ session: 'alone', node: 'none', ended: ended.signal });
await server.connect(new StdioServerTransport() as Parameters<typeof server.connect>[0]);
// The SDK leaves it to the program to end with its input.
process.stdin.on('end', () => process.exit(0));
