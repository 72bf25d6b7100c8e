import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { PNG } from './samples.ts';

export const STATIC = {
  'test://static-text': {
    name: 'static-text',
    content: { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  },
  'test://static-binary': { name: 'static-binary', content: { mimeType: 'image/png', blob: PNG } },
  'test://watched-resource': { name: 'watched-resource', content: { mimeType: 'text/plain', text: 'Watch me.' } },
} as const;

const TEMPLATE = new ResourceTemplate('test://template/{id}/data', { list: undefined });

export const addResources = (server: McpServer): void => {
  for (const [uri, { name, content }] of Object.entries(STATIC))
    server.registerResource(name, uri, { description: `The resource ${name}.`, mimeType: content.mimeType }, () => ({
      contents: [{ uri, ...content }],
    }));
  const about = { description: 'Made of the id in its URI.', mimeType: 'application/json' };
  server.registerResource('template', TEMPLATE, about, ({ href }, { id }) => ({
    contents: [
      {
        uri: href,
        mimeType: 'application/json',
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
      },
    ],
  }));
};
