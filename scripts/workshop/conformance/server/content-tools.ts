import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { audio, image, text, textResource } from './samples.ts';

export const CONTENTS: Readonly<Record<string, CallToolResult['content']>> = {
  test_simple_text: [text('This is a simple text response for testing.')],
  test_image_content: [image],
  test_audio_content: [audio],
  test_embedded_resource: [textResource('test://embedded-resource', 'This is an embedded resource content.')],
  test_multiple_content_types: [
    text('Multiple content types test:'),
    image,
    textResource('test://mixed-content-resource', '{"test":"data","value":123}', 'application/json'),
  ],
};

const NOTHING = z.object({});

// The SDK generates JSON Schema draft 7; this replaces it.
export const DRAFT_2020_12 = z
  .strictObject({
    name: z.string().optional(),
    address: z.any().meta({ $ref: '#/$defs/address' }).optional(),
  })
  .meta({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    allOf: [{ anyOf: [{ required: ['name'] }, { required: ['address'] }, { maxProperties: 0 }] }],
    if: { required: ['address'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { maxProperties: 2 },
    else: { maxProperties: 1 },
    $defs: {
      address: {
        $anchor: 'addressDef',
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } },
      },
    },
  });

export const addContentTools = (server: McpServer): void => {
  for (const [name, content] of Object.entries(CONTENTS))
    server.registerTool(name, { description: `Answers with ${name}.`, inputSchema: NOTHING }, () => ({ content }));
  server.registerTool('test_error_handling', { description: 'Always fails.', inputSchema: NOTHING }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  const config = { description: 'Tool with JSON Schema 2020-12 features', inputSchema: DRAFT_2020_12 };
  server.registerTool('json_schema_2020_12_tool', config, (input) => ({ content: [text(JSON.stringify(input))] }));
};
