import { completable, McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { defineServer } from '../../../../node/mcp/open-session.ts';
import { CONTENTS, DRAFT_2020_12 } from './content-tools.ts';
import { addInputTools, confirmed } from './input-tools.ts';
import { completeWord } from './prompts.ts';
import { STATIC } from './resources.ts';
import { image, text, textResource } from './samples.ts';
import { addTaskTools } from './task-tools.ts';

const NOTHING = z.object({});

/** What the suite requests from a server of protocol 2026-07-28, under its names. */
export const createServer = defineServer((context) => {
  const { verify, mint } = confirmed(context);
  const server = new McpServer(
    { name: 'conformance', version: '1.0.0' },
    { capabilities: { logging: {} }, requestState: { verify } },
  );
  addTools(server);
  addInputTools(server, mint);
  addTaskTools(server, context);
  addResources(server);
  addPrompts(server);
  return server;
});

const addTools = (server: McpServer): void => {
  for (const [name, content] of Object.entries(CONTENTS))
    server.registerTool(name, { description: `Answers with ${name}.`, inputSchema: NOTHING }, () => ({ content }));
  server.registerTool('test_error_handling', { description: 'Always fails.', inputSchema: NOTHING }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  const progressing = { description: 'Tells its progress three times.', inputSchema: NOTHING };
  server.registerTool('test_tool_with_progress', progressing, async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100])
      if (progressToken !== undefined)
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
    return { content: [text('told progress three times')] };
  });
  const drafted = { description: 'Has features of JSON Schema 2020-12.', inputSchema: DRAFT_2020_12 };
  server.registerTool('json_schema_2020_12_tool', drafted, (input) => ({ content: [text(JSON.stringify(input))] }));
  const logging = { description: 'Logs, if the client asks for logs.', inputSchema: NOTHING };
  server.registerTool('test_logging_tool', logging, async (_, { mcpReq }) => {
    await mcpReq.log('info', 'a message');
    return { content: [text('done')] };
  });
  const region = z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) });
  const mirrored = { description: 'Its argument travels in a header too.', inputSchema: region };
  server.registerTool('test_custom_header', mirrored, ({ region }) => ({ content: [text(region)] }));
};

const addResources = (server: McpServer): void => {
  for (const [uri, { name, content }] of Object.entries(STATIC))
    server.registerResource(name, uri, { description: `The resource ${name}.`, mimeType: content.mimeType }, () => ({
      contents: [{ uri, ...content }],
    }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, { mimeType: 'application/json' }, ({ href }, { id }) => ({
    contents: [
      {
        uri: href,
        mimeType: 'application/json',
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
      },
    ],
  }));
};

const addPrompts = (server: McpServer): void => {
  const user = (...contents: (ReturnType<typeof text> | ReturnType<typeof textResource> | typeof image)[]) => ({
    messages: contents.map((content) => ({ role: 'user' as const, content })),
  });
  const argument = (what: string) => completable(z.string().describe(what), completeWord);
  server.registerPrompt('test_simple_prompt', { description: 'Has no arguments.' }, () =>
    user(text('This is a simple prompt for testing.')),
  );
  const argsSchema = z.object({ arg1: argument('First test argument'), arg2: argument('Second test argument') });
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Uses both of its arguments.', argsSchema },
    ({ arg1, arg2 }) => user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  const embedded = { description: 'Embeds a resource.', argsSchema: z.object({ resourceUri: z.string() }) };
  server.registerPrompt('test_prompt_with_embedded_resource', embedded, ({ resourceUri }) =>
    user(textResource(resourceUri, 'Embedded resource content for testing.'), text('Please process it.')),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'Shows an image.' }, () =>
    user(image, text('Please analyze the image above.')),
  );
};
