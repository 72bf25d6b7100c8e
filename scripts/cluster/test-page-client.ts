/** What a page runs in its browser: the unmodified client of SDK v2. The test bundles it and calls `page`. */
import {
  Client,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
} from '@modelcontextprotocol/client';

let client: Client;

const page = {
  connect: async (url: string, options: StreamableHTTPClientTransportOptions): Promise<string | undefined> => {
    client = new Client({ name: 'page', version: '2' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
    return client.getNegotiatedProtocolVersion();
  },
  list: () => client.listTools(),
  call: (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args }),
};

Object.assign(globalThis, { page });
